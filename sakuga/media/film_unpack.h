// A decoded frame of a film as an Image. Internal to media.
#pragma once

#include "sakuga/media/film_colour.h"

namespace sakuga::media {

// How a picture is to be turned to stand upright: first transposed (rows become columns), then mirrored.
struct Turn {
  bool transpose = false, flip_x = false, flip_y = false;
  bool upright() const { return !transpose && !flip_x && !flip_y; }
};

// From the display matrix of a stream (nullptr: none); angles are rounded to quarter turns.
Turn turn_of(const int32_t* display_matrix);

class FrameUnpacker {
 public:
  // All frames must have this format and size. Throws Error(Unsupported) for matrices that it does not know.
  FrameUnpacker(AVPixelFormat format, int width, int height, const FilmColour& colour, const Turn& turn);

  // Into `image`, whose memory is used again. Chroma is interpolated linearly from where it was sampled.
  void unpack(const AVFrame& frame, Image& image);

 private:
  const AVFrame& readable(const AVFrame& frame);

  AVPixelFormat format_;
  int width_, height_;
  FilmColour colour_;
  Turn turn_;
  Owned<SwsContext> scaler_;  // Only for formats that are not read here.
  Owned<AVFrame> scaled_;
};

}  // namespace sakuga::media
