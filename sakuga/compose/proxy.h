// A small copy of a big picture, and maps made on it brought back to any part of the picture.
//
// Everything that looks at the whole picture works on the proxy, so that tiles painted one by one agree.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/media/image.h"

namespace sakuga::compose {

// `photo` averaged down to at most `longer_side` pixels, sRGB in 0..1; alpha is ignored. Never enlarged.
cv::Mat3f proxy_of(const media::Image8& photo, int longer_side);

// `map` (1, 3 or 4 floats a pixel), stretched over a picture of size `whole`, read bilinearly at the pixels
// of `part`; which may reach beyond the picture.
cv::Mat sampled(const cv::Mat& map, cv::Size whole, const cv::Rect& part);

// A mask made on the proxy whose edges snap to those of the picture: He et al.'s guided filter, its linear
// coefficients kept small (the fast guided filter, 2015).
class SnappingMask {
 public:
  SnappingMask() = default;
  // `mask` in 0..1 and of the proxy's size. `radius` in pixels of the proxy.
  SnappingMask(const cv::Mat3f& proxy, const cv::Mat1f& mask, int radius, float smoothness);

  // In 0..1. `colours` (three or four channels) are the pixels of `part` of a picture of size `whole`.
  cv::Mat1f at(const cv::Mat& colours, cv::Size whole, const cv::Rect& part) const;

 private:
  cv::Mat4f slopes_and_offset_;
};

}  // namespace sakuga::compose
