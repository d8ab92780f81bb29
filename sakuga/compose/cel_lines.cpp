#include "sakuga/compose/cel_lines.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace sakuga::compose {
namespace {

// Two channels: the unit direction along the edge, scaled by how much there is one direction (0..1).
cv::Mat edge_directions(const cv::Mat& lab, float sigma_px) {
  cv::Mat dx, dy, tensor(lab.size(), CV_32FC3), directions(lab.size(), CV_32FC2);
  cv::Sobel(lab, dx, CV_32F, 1, 0, 3, 1.0 / 8);
  cv::Sobel(lab, dy, CV_32F, 0, 1, 3, 1.0 / 8);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x) {
      const auto &u = dx.at<cv::Vec3f>(y, x), &v = dy.at<cv::Vec3f>(y, x);
      tensor.at<cv::Vec3f>(y, x) = {u.dot(u), u.dot(v), v.dot(v)};
    }
  cv::GaussianBlur(tensor, tensor, {}, sigma_px);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < lab.rows; ++y)
    for (int x = 0; x < lab.cols; ++x) {
      const auto& t = tensor.at<cv::Vec3f>(y, x);
      const float difference = t[0] - t[2], sum = t[0] + t[2];
      const float root = std::sqrt(difference * difference + 4 * t[1] * t[1]);
      const float angle = 0.5f * std::atan2(2 * t[1], difference);  // Of the gradient.
      const float strength = sum > 1e-6f ? root / (sum + 0.05f) : 0;
      directions.at<cv::Vec2f>(y, x) = {-std::sin(angle) * strength, std::cos(angle) * strength};
    }
  return directions;
}

float sample(const cv::Mat& map, float x, float y) {
  const int x0 = std::clamp(int(x), 0, map.cols - 2), y0 = std::clamp(int(y), 0, map.rows - 2);
  const float u = std::clamp(x - float(x0), 0.0f, 1.0f), v = std::clamp(y - float(y0), 0.0f, 1.0f);
  const auto *top = map.ptr<float>(y0) + x0, *bottom = map.ptr<float>(y0 + 1) + x0;
  return (top[0] * (1 - u) + top[1] * u) * (1 - v) + (bottom[0] * (1 - u) + bottom[1] * u) * v;
}

// Walks from (x, y) along the edge in steps of a pixel, adding to `sum` and `total`.
void gather(const cv::Mat& map, const cv::Mat& directions, const std::vector<float>& kernel, cv::Point2f at,
            cv::Vec2f heading, float& sum, float& total) {
  for (size_t i = 1; i < kernel.size(); ++i) {
    at += cv::Point2f(heading[0], heading[1]);
    if (at.x < 0 || at.y < 0 || at.x > float(map.cols - 1) || at.y > float(map.rows - 1)) return;
    sum += kernel[i] * sample(map, at.x, at.y);
    total += kernel[i];
    auto next = directions.at<cv::Vec2f>(int(at.y + 0.5f), int(at.x + 0.5f));
    const float length = std::sqrt(next.dot(next));
    if (length < 0.05f) return;
    next *= (next.dot(heading) < 0 ? -1 : 1) / length;
    heading = next;
  }
}

cv::Mat along_edges(const cv::Mat& map, const cv::Mat& directions, const cv::Mat& alpha, float sigma_px) {
  std::vector<float> kernel(size_t(std::ceil(2 * sigma_px)) + 1);
  for (size_t i = 0; i < kernel.size(); ++i) kernel[i] = std::exp(-float(i * i) / (2 * sigma_px * sigma_px));
  cv::Mat result(map.size(), CV_32F);
  cv::parallel_for_({0, map.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < map.cols; ++x) {
        const auto& d = directions.at<cv::Vec2f>(y, x);
        const float length = std::sqrt(d.dot(d));
        float sum = map.at<float>(y, x), total = 1;
        if (length >= 0.05f && alpha.at<float>(y, x) > 0) {
          const cv::Vec2f unit = d / length;
          gather(map, directions, kernel, cv::Point2f(float(x), float(y)), unit, sum, total);
          gather(map, directions, kernel, cv::Point2f(float(x), float(y)), -unit, sum, total);
        }
        result.at<float>(y, x) = sum / total;
      }
  });
  return result;
}

}  // namespace

cv::Mat cel_lines(const cv::Mat& lab, const cv::Mat& alpha, const CelLineOptions& options) {
  if (lab.rows < 2 || lab.cols < 2) return cv::Mat::zeros(lab.size(), CV_32F);
  cv::Mat lightness, narrow, wide;
  cv::extractChannel(lab, lightness, 0);
  const auto directions = edge_directions(lab, 2.5f * options.width_px);
  cv::GaussianBlur(lightness, narrow, {}, options.width_px);
  cv::GaussianBlur(lightness, wide, {}, 1.6 * options.width_px);
  cv::Mat response =
      along_edges(wide - narrow, directions, alpha, 4 * options.width_px);  // Above 0: darker than around.

  const float threshold = 1.5f - 1.4f * options.detail, softness = 0.9f;  // In units of lightness.
  cv::parallel_for_({0, response.rows}, [&](const cv::Range& range) {
    for (int y = range.start; y < range.end; ++y)
      for (int x = 0; x < response.cols; ++x) {
        const auto& d = directions.at<cv::Vec2f>(y, x);
        const float coherence = std::clamp((std::sqrt(d.dot(d)) - 0.2f) / 0.4f, 0.0f, 1.0f);
        auto& r = response.at<float>(y, x);
        const float t = std::clamp((r * coherence - threshold) / softness, 0.0f, 1.0f);
        r = t * t * (3 - 2 * t);
      }
  });
  return response;
}

}  // namespace sakuga::compose
