#include "sakuga/compose/fill.h"

#include <opencv2/imgproc.hpp>

namespace sakuga::compose {

cv::Mat3f filled_around(const cv::Mat3f& colours, const cv::Mat1f& known) {
  cv::Mat3f weighted(colours.size());
  for (int y = 0; y < colours.rows; ++y)
    for (int x = 0; x < colours.cols; ++x) weighted(y, x) = colours(y, x) * known(y, x);
  if (colours.rows == 1 && colours.cols == 1) return weighted;
  const cv::Size size((colours.cols + 1) / 2, (colours.rows + 1) / 2);
  cv::Mat3f half, coarse;
  cv::Mat1f half_known, certain(size);
  cv::resize(weighted, half, size, 0, 0, cv::INTER_AREA);
  cv::resize(known, half_known, size, 0, 0, cv::INTER_AREA);
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) {
      const float k = half_known(y, x);
      certain(y, x) = k > 1e-4f ? 1.0f : 0.0f;
      half(y, x) = k > 1e-4f ? half(y, x) / k : cv::Vec3f(0, 0, 0);
    }
  cv::resize(filled_around(half, certain), coarse, colours.size(), 0, 0, cv::INTER_LINEAR);
  for (int y = 0; y < colours.rows; ++y)
    for (int x = 0; x < colours.cols; ++x) weighted(y, x) += coarse(y, x) * (1 - known(y, x));
  return weighted;
}

}  // namespace sakuga::compose
