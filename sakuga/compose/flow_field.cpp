#include "sakuga/compose/flow_field.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

namespace sakuga::compose {
namespace {

// Derivatives by the 3x3 kernel of Jähne et al. whose direction errs least.
constexpr float kSide = 0.183f, kMiddle = 1 - 2 * kSide;

// E, F and G of the tensor, summed over the three colours.
cv::Mat3f tensor_of(const cv::Mat& colours) {
  cv::Mat padded;
  cv::copyMakeBorder(colours, padded, 1, 1, 1, 1, cv::BORDER_REPLICATE);
  const int channels = colours.channels();
  cv::Mat3f tensor(colours.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < colours.rows; ++y) {
    const auto* above = padded.ptr<float>(y);
    const auto* here = padded.ptr<float>(y + 1);
    const auto* below = padded.ptr<float>(y + 2);
    for (int x = 0; x < colours.cols; ++x) {
      cv::Vec3f sum(0, 0, 0);
      for (int c = 0; c < 3; ++c) {
        const int l = x * channels + c, m = l + channels, r = m + channels;
        const float dx = kSide * (above[r] - above[l] + below[r] - below[l]) + kMiddle * (here[r] - here[l]);
        const float dy =
            kSide * (below[l] - above[l] + below[r] - above[r]) + kMiddle * (below[m] - above[m]);
        sum += cv::Vec3f(dx * dx, dx * dy, dy * dy);
      }
      tensor(y, x) = sum * 0.25f;
    }
  }
  return tensor;
}

}  // namespace

FlowField flow_field(const cv::Mat& colours, double sigma_px) {
  cv::Mat3f tensor = tensor_of(colours);
  const int side = 2 * static_cast<int>(std::ceil(3 * sigma_px)) + 1;
  cv::GaussianBlur(tensor, tensor, {side, side}, sigma_px, sigma_px, cv::BORDER_REPLICATE);
  FlowField flow{cv::Mat2f(tensor.size()), cv::Mat1f(tensor.size()), cv::Mat1f(tensor.size())};
#pragma omp parallel for schedule(static)
  for (int y = 0; y < tensor.rows; ++y)
    for (int x = 0; x < tensor.cols; ++x) {
      const float e = tensor(y, x)[0], f = tensor(y, x)[1], g = tensor(y, x)[2];
      const float root = std::sqrt((e - g) * (e - g) + 4 * f * f);
      const float larger = 0.5f * (e + g + root), smaller = 0.5f * (e + g - root);
      // Of the two forms of the eigenvector the longer one is exact where the other vanishes.
      cv::Vec2f along = e >= g ? cv::Vec2f(-f, larger - g) : cv::Vec2f(larger - e, -f);
      const float length = std::sqrt(along.dot(along));
      flow.along(y, x) = length > 1e-12f ? along / length : cv::Vec2f(1, 0);
      flow.anisotropy(y, x) = e + g > 1e-9f ? (larger - smaller) / (larger + smaller) : 0.0f;
      flow.strength(y, x) = std::sqrt(std::max(0.0f, larger));
    }
  return flow;
}

cv::Mat1f smooth_along(const cv::Mat1f& values, const FlowField& flow, double sigma_px) {
  const int steps = std::max(1, static_cast<int>(std::ceil(2 * sigma_px)));
  std::vector<float> weights(size_t(steps) + 1);
  for (int i = 0; i <= steps; ++i) weights[size_t(i)] = std::exp(-0.5f * i * i / float(sigma_px * sigma_px));
  cv::Mat1f result(values.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < values.rows; ++y)
    for (int x = 0; x < values.cols; ++x) {
      float sum = weights[0] * values(y, x), total = weights[0];
      for (const float sign : {1.0f, -1.0f}) {
        cv::Vec2f direction = flow.along(y, x) * sign;
        float px = float(x), py = float(y);
        for (int i = 1; i <= steps; ++i) {
          px += direction[0];
          py += direction[1];
          if (px < -0.5f || py < -0.5f) break;
          const int ix = static_cast<int>(px + 0.5f), iy = static_cast<int>(py + 0.5f);
          if (ix >= values.cols || iy >= values.rows) break;
          sum += weights[size_t(i)] * values(iy, ix);
          total += weights[size_t(i)];
          const cv::Vec2f next = flow.along(iy, ix);
          direction = next.dot(direction) < 0 ? -next : next;
        }
      }
      result(y, x) = sum / total;
    }
  return result;
}

}  // namespace sakuga::compose
