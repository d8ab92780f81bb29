// OKLab (Ottosson 2020): lightness and two opponent colours that are even to the eye.
#pragma once

#include <opencv2/core.hpp>

namespace sakuga::compose {

// From and to sRGB-encoded values in 0..1. Lightness is 0..1, a and b about -0.4..0.4. What the screen cannot
// show comes back clipped to 0..1.
cv::Vec3f oklab_of(const cv::Vec3f& srgb);
cv::Vec3f srgb_of(const cv::Vec3f& oklab);

}  // namespace sakuga::compose
