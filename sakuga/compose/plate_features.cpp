#include "sakuga/compose/plate_features.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

constexpr int kSmallWindow = 4, kLargeWindow = 14, kLineWindow = 2;  // Pixels to each side.
// Contrasts well below are flattened, well above kept; of 2 from black to white.
constexpr float kEdge = 0.07f, kLineEdge = 0.02f;
constexpr float kLineGain = 30;  // A painter's line may follow an edge of one hundredth of black to white.

cv::Mat mean_around(const cv::Mat& map, int reach) {
  cv::Mat result;
  cv::boxFilter(map, result, CV_32F, cv::Size(2 * reach + 1, 2 * reach + 1), cv::Point(-1, -1), true,
                cv::BORDER_REPLICATE);
  return result;
}

// The guided filter of a map by itself.
cv::Mat flattened(const cv::Mat& map, int reach, float edge) {
  const cv::Mat mean = mean_around(map, reach);
  cv::Mat variance = mean_around(map.mul(map), reach) - mean.mul(mean);
  variance = cv::max(variance, 0.0);
  cv::Mat share;
  cv::divide(variance, variance + edge * edge, share);
  const cv::Mat offset = mean - share.mul(mean);
  return mean_around(share, reach).mul(map) + mean_around(offset, reach);
}

cv::Mat lines(const cv::Mat& lightness, double sigma_px) {
  cv::Mat narrow, wide;
  cv::GaussianBlur(lightness, narrow, {}, sigma_px, 0, cv::BORDER_REPLICATE);
  cv::GaussianBlur(lightness, wide, {}, 1.6 * sigma_px, 0, cv::BORDER_REPLICATE);
  cv::Mat response = wide - narrow;
  for (int y = 0; y < response.rows; ++y) {
    auto* row = response.ptr<float>(y);
    for (int x = 0; x < response.cols; ++x) row[x] = std::tanh(kLineGain * row[x]);
  }
  return response;
}

}  // namespace

std::vector<float> plate_features(const float* plate, int height, int width) {
  if (height < 1 || width < 1)
    core::fail(core::ErrorKind::BadRequest, "plate features: the plate is {}x{}", width, height);
  const size_t count = size_t(height) * size_t(width);
  std::vector<float> maps(kFeatureMaps * count);
  const auto map = [&](int i) { return cv::Mat(height, width, CV_32F, maps.data() + size_t(i) * count); };
  cv::parallel_for_({0, 3}, [&](const cv::Range& range) {
    for (int c = range.start; c < range.end; ++c) {
      const cv::Mat channel(height, width, CV_32F, const_cast<float*>(plate) + size_t(c) * count);
      const cv::Mat small = flattened(channel, kSmallWindow, kEdge);
      small.copyTo(map(c));
      flattened(small, kLargeWindow, kEdge).copyTo(map(3 + c));
    }
  });
  const auto channel = [&](int c) {
    return cv::Mat(height, width, CV_32F, const_cast<float*>(plate) + size_t(c) * count);
  };
  const cv::Mat grey = 0.299 * channel(0) + 0.587 * channel(1) + 0.114 * channel(2);
  const cv::Mat lightness = flattened(grey, kLineWindow, kLineEdge);
  lines(lightness, 1).copyTo(map(6));
  lines(lightness, 2).copyTo(map(7));
  return maps;
}

}  // namespace sakuga::compose
