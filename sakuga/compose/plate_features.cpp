#include "sakuga/compose/plate_features.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/mean_around.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

constexpr int kSmallWindow = 4, kLargeWindow = 14, kLineWindow = 2;  // Pixels to each side.
// Contrasts well below are flattened, well above kept; of 2 from black to white.
constexpr float kEdge = 0.07f, kLineEdge = 0.02f;
constexpr float kLineGain = 30;  // A painter's line may follow an edge of one hundredth of black to white.

// The guided filter of a map by itself.
std::vector<float> flattened(const float* map, int height, int width, int reach, float edge) {
  const auto mean = mean_around(map, height, width, reach);
  const size_t count = mean.size();
  std::vector<float> share(map, map + count), offset(count);
  for (auto& value : share) value *= value;
  share = mean_around(share.data(), height, width, reach);
  for (size_t i = 0; i < count; ++i) {
    const float variance = std::max(share[i] - mean[i] * mean[i], 0.0f);
    share[i] = variance / (variance + edge * edge);
    offset[i] = mean[i] - share[i] * mean[i];
  }
  share = mean_around(share.data(), height, width, reach);
  auto flat = mean_around(offset.data(), height, width, reach);
  for (size_t i = 0; i < count; ++i) flat[i] += share[i] * map[i];
  return flat;
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
  const auto map = [&](size_t i) { return maps.data() + i * count; };
  cv::parallel_for_({0, 3}, [&](const cv::Range& range) {
    for (size_t c = size_t(range.start); c < size_t(range.end); ++c) {
      const auto small = flattened(plate + c * count, height, width, kSmallWindow, kEdge);
      const auto large = flattened(small.data(), height, width, kLargeWindow, kEdge);
      std::copy(small.begin(), small.end(), map(c));
      std::copy(large.begin(), large.end(), map(3 + c));
    }
  });
  std::vector<float> grey(count);
  for (size_t i = 0; i < count; ++i)
    grey[i] = 0.299f * plate[i] + 0.587f * plate[count + i] + 0.114f * plate[2 * count + i];
  auto lightness = flattened(grey.data(), height, width, kLineWindow, kLineEdge);
  const cv::Mat drawing(height, width, CV_32F, lightness.data());
  lines(drawing, 1).copyTo(cv::Mat(height, width, CV_32F, map(6)));
  lines(drawing, 2).copyTo(cv::Mat(height, width, CV_32F, map(7)));
  return maps;
}

}  // namespace sakuga::compose
