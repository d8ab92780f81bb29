// Holes filled from around them.
#pragma once

#include <opencv2/core.hpp>

namespace sakuga::compose {

// `colours` where `known` is 1; where it is 0 the colours around, the wider the hole the softer: push and
// pull over a pyramid (Gortler et al. 1996). Black if nothing is known.
cv::Mat3f filled_around(const cv::Mat3f& colours, const cv::Mat1f& known);

}  // namespace sakuga::compose
