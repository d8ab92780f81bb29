// An Image as a frame for an encoder. Internal to media.
#pragma once

#include "sakuga/media/film_colour.h"

namespace sakuga::media {

class FramePacker {
 public:
  // `format`: BGR0, BGRA, GBRP16, GBRAP16, or planar Y'CbCr with or without alpha, of 8 or 10 bits, chroma
  // halved both ways (sampled at the left, between two rows) or whole. `width` and `height` may be larger
  // than the images by one, which repeats their last column and row.
  FramePacker(AVPixelFormat format, int width, int height, const YuvMatrix& matrix);

  // Colours and alpha are rounded and clamped; NaN is 0. Linear images become sRGB.
  void pack(const Image& image, AVFrame& frame) const;

 private:
  AVPixelFormat format_;
  int width_, height_;
  YuvMatrix matrix_;
};

}  // namespace sakuga::media
