// media::Image seen as an OpenCV matrix, without a copy. Only for the .cpp files of compose.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/media/image.h"

namespace sakuga::compose {

// height x width, four float channels in the order r, g, b, a. Valid as long as `image` keeps its pixels.
inline cv::Mat as_matrix(media::Image& image) {
  return {image.height, image.width, CV_32FC4, image.pixels.data()};
}

// The same for reading; writing through it is a mistake that nothing stops.
inline cv::Mat as_matrix(const media::Image& image) {
  return as_matrix(const_cast<media::Image&>(image));
}

}  // namespace sakuga::compose
