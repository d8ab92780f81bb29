#include "sakuga/compose/flow_matrix.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

constexpr int kFairSide = 192;
constexpr int kLeastSide = 32;  // DIS needs a few of its 8-pixel patches.

cv::Ptr<cv::DISOpticalFlow> dis(const FlowOptions& options) {
  core::check_field("flow-scale", options.scale, {.min = 0.1, .max = 1});
  if (options.preset == "ultrafast") return cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_ULTRAFAST);
  if (options.preset == "fast") return cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_FAST);
  if (options.preset == "medium") return cv::DISOpticalFlow::create(cv::DISOpticalFlow::PRESET_MEDIUM);
  core::fail(core::ErrorKind::BadRequest,
             "optical flow: expected a preset of ultrafast, fast or medium, got {}", options.preset);
}

uchar luma(const media::Rgba& p, bool linear) {
  float y = 0.2126f * p.r + 0.7152f * p.g + 0.0722f * p.b;
  if (linear) y = media::linear_to_srgb(y);
  return uchar(std::clamp(y, 0.0f, 1.0f) * 255 + 0.5f);
}

// A vector field sampled at (x, y), between pixels; beyond the border the border's.
cv::Vec2f sample(const cv::Mat& field, float x, float y) {
  x = std::clamp(x, 0.0f, float(field.cols - 1));
  y = std::clamp(y, 0.0f, float(field.rows - 1));
  const int x0 = int(x), y0 = int(y);
  const int x1 = std::min(x0 + 1, field.cols - 1), y1 = std::min(y0 + 1, field.rows - 1);
  const float fx = x - float(x0), fy = y - float(y0);
  const auto *upper = field.ptr<cv::Vec2f>(y0), *lower = field.ptr<cv::Vec2f>(y1);
  return (upper[x0] * (1 - fx) + upper[x1] * fx) * (1 - fy) + (lower[x0] * (1 - fx) + lower[x1] * fx) * fy;
}

}  // namespace

cv::Mat luma8(const media::Image& frame, cv::Size size) {
  cv::Mat full(frame.height, frame.width, CV_8U);
  const bool linear = frame.transfer == media::Transfer::Linear;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < frame.height; ++y) {
    const media::Rgba* row = frame.pixels.data() + size_t(y) * frame.width;
    uchar* out = full.ptr(y);
    for (int x = 0; x < frame.width; ++x) out[x] = luma(row[x], linear);
  }
  if (size == full.size()) return full;
  cv::Mat reduced;
  const bool smaller = size.area() < full.size().area();
  cv::resize(full, reduced, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  return reduced;
}

cv::Size work_size(cv::Size full, const FlowOptions& options) {
  // Small frames are not reduced as far.
  const double scale =
      std::max(options.scale, std::min(1.0, double(kFairSide) / std::min(full.width, full.height)));
  const auto side = [&](int length) { return std::max(kLeastSide, int(std::lround(length * scale))); };
  return {side(full.width), side(full.height)};
}

FlowFinder::FlowFinder(const FlowOptions& options) : forward_(dis(options)), backward_(dis(options)) {}

void FlowFinder::one_way(const cv::Mat& from, const cv::Mat& to, cv::Mat& flow) {
  flow.release();  // A flow that is given would be its first guess.
  forward_->calc(from, to, flow);
}

void FlowFinder::two_ways(const cv::Mat& a, const cv::Mat& b, cv::Mat& forward, cv::Mat& backward) {
  forward.release();
  backward.release();
#pragma omp parallel for num_threads(2) schedule(static)
  for (int way = 0; way < 2; ++way) {
    if (way == 0)
      forward_->calc(a, b, forward);
    else
      backward_->calc(b, a, backward);
  }
}

cv::Mat visibility(const cv::Mat& forward, const cv::Mat& backward, float unit_px) {
  cv::Mat seen(forward.size(), CV_32F);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < forward.rows; ++y) {
    const auto* row = forward.ptr<cv::Vec2f>(y);
    float* out = seen.ptr<float>(y);
    for (int x = 0; x < forward.cols; ++x) {
      const cv::Vec2f there = row[x];
      const float to_x = float(x) + there[0], to_y = float(y) + there[1];
      out[x] = 0;
      if (!(to_x >= -0.5f && to_y >= -0.5f && to_x <= float(forward.cols) - 0.5f &&
            to_y <= float(forward.rows) - 0.5f))
        continue;
      const cv::Vec2f back = sample(backward, to_x, to_y);
      const float error = float(cv::norm(there + back)) * unit_px;
      const float length = float(there.dot(there) + back.dot(back)) * unit_px * unit_px;
      const float tolerance = 0.5f + 0.01f * length;
      out[x] = std::clamp((4 - error / tolerance) / 3, 0.0f, 1.0f);
    }
  }
  return seen;
}

}  // namespace sakuga::compose
