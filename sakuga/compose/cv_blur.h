// The same for matrices of any number of float channels. Only for the .cpp files of compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/transform.h"

namespace sakuga::compose {

cv::Mat blurred_matrix(const cv::Mat& matrix, double sigma_px, Edge edge);

// The alpha channel alone, height x width.
cv::Mat alpha_of(const media::Image& picture);

}  // namespace sakuga::compose
