// 8-bit pictures worked on in floats, some rows at a time. Only for the .cpp files of compose.
#pragma once

#include <algorithm>
#include <functional>
#include <opencv2/core.hpp>

#include "sakuga/compose/ramp.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// The picture's pixels in `part`, 0..1, straight alpha, grey as colours; beyond its border the border
// repeats.
cv::Mat4f pixels_of(const media::Image8& picture, const cv::Rect& part);

// Puts the part of `pixels` that lies in `inner` (both in the picture's coordinates; `pixels` begin at
// `origin`) into `picture`, RGB or RGBA.
void store_pixels(const cv::Mat4f& pixels, cv::Point origin, const cv::Rect& inner, media::Image8& picture);

// Calls work(pixels, part) for strips of rows one after another and stores what it leaves in `pixels`.
void for_strips(media::Image8& picture,
                const std::function<void(cv::Mat4f& pixels, const cv::Rect& part)>& work);

// A small RGB map stretched over a picture of size `whole`, with half a step of noise against bands.
media::Image8 enlarged(const cv::Mat3f& map, cv::Size whole);

// A mask's soft edge made narrower.
inline cv::Mat1f tightened(cv::Mat1f mask) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < mask.rows; ++y)
    for (int x = 0; x < mask.cols; ++x) mask(y, x) = smooth_step(0.25f, 0.75f, mask(y, x));
  return mask;
}

}  // namespace sakuga::compose
