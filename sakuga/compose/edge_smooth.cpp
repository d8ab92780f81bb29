#include "sakuga/compose/edge_smooth.h"

#include <opencv2/imgproc.hpp>

#include "sakuga/core/error.h"

namespace sakuga::compose {

media::Image8 smooth_edges(const media::Image8& picture) {
  if (picture.channels != 3 || picture.bytes.empty())
    core::fail(core::ErrorKind::BadRequest,
               "smooth edges: expected an RGB picture, got {}x{} with {} channels", picture.width,
               picture.height, picture.channels);
  constexpr int kSize = 5;
  constexpr double kLow = 100, kHigh = 200;
  media::Image8 result = picture;
  cv::Mat colours(picture.height, picture.width, CV_8UC3, result.bytes.data());
  cv::Mat grey, edges, blurred;
  cv::cvtColor(colours, grey, cv::COLOR_RGB2GRAY);
  cv::Canny(grey, edges, kLow, kHigh);
  cv::dilate(edges, edges, cv::Mat::ones(kSize, kSize, CV_8U));
  const auto kernel = cv::getGaussianKernel(kSize, 0, CV_32F);
  cv::sepFilter2D(colours, blurred, CV_32F, kernel, kernel, {-1, -1}, 0, cv::BORDER_REFLECT_101);
  blurred.convertTo(blurred, CV_8U);
  blurred.copyTo(colours, edges);
  return result;
}

}  // namespace sakuga::compose
