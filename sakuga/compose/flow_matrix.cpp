#include "sakuga/compose/flow_matrix.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/area_axis.h"
#include "sakuga/compose/pixel_rows.h"
#include "sakuga/core/error.h"
#include "sakuga/core/vectorise.h"
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

float luma(const media::Rgba& p) {
  return 0.2126f * p.r + 0.7152f * p.g + 0.0722f * p.b;
}

// Luma in sRGB, within [0, 1].
SAKUGA_VECTORISE void luma_row(const media::Rgba* in, float* out, int count) {
  for (int x = 0; x < count; ++x) out[x] = clamped(luma(in[x]), 0, 1);
}

void luma_row(const media::Image& frame, int y, float* out) {
  const media::Rgba* in = frame.pixels.data() + size_t(y) * frame.width;
  if (frame.transfer == media::Transfer::Srgb) return luma_row(in, out, frame.width);
  for (int x = 0; x < frame.width; ++x) out[x] = std::clamp(media::linear_to_srgb(luma(in[x])), 0.0f, 1.0f);
}

SAKUGA_VECTORISE void add_row(const float* __restrict row, float weight, float* __restrict sums, int count) {
  for (int x = 0; x < count; ++x) sums[x] += weight * row[x];
}

cv::Mat full_luma8(const media::Image& frame) {
  cv::Mat full(frame.height, frame.width, CV_8U);
#pragma omp parallel
  {
    std::vector<float> row(frame.width);
#pragma omp for schedule(static)
    for (int y = 0; y < frame.height; ++y) {
      luma_row(frame, y, row.data());
      uchar* out = full.ptr(y);
      for (int x = 0; x < frame.width; ++x) out[x] = uchar(row[x] * 255 + 0.5f);
    }
  }
  return full;
}

cv::Mat reduced_luma8(const media::Image& frame, cv::Size size) {
  const AreaAxis across(frame.width, size.width), down(frame.height, size.height);
  cv::Mat result(size, CV_8U);
#pragma omp parallel
  {
    std::vector<float> row(frame.width), sums(frame.width);
#pragma omp for schedule(static)
    for (int y = 0; y < size.height; ++y) {
      const auto rows = down[y];
      std::fill(sums.begin(), sums.end(), 0.0f);
      for (int k = 0; k < rows.count; ++k) {
        luma_row(frame, rows.first + k, row.data());
        add_row(row.data(), rows.weights[k], sums.data(), frame.width);
      }
      uchar* out = result.ptr(y);
      for (int x = 0; x < size.width; ++x) {
        const auto columns = across[x];
        float sum = 0;
        for (int k = 0; k < columns.count; ++k) sum += columns.weights[k] * sums[columns.first + k];
        out[x] = uchar(sum * 255 + 0.5f);
      }
    }
  }
  return result;
}

// Where the flow leads back to is looked up between pixels; beyond the border it is the border's.
SAKUGA_VECTORISE void visibility_row(const Vector* __restrict forward, const cv::Mat& backward, int y,
                                     float unit_px, float* __restrict seen) {
  const int width = backward.cols, height = backward.rows;
  const auto* __restrict back = backward.ptr<float>();
  const int stride = int(backward.step1());
  const float last_x = float(width - 1), last_y = float(height - 1);
  for (int x = 0; x < width; ++x) {
    const float vx = forward[x].x, vy = forward[x].y;
    const float to_x = float(x) + vx, to_y = float(y) + vy;
    const float at_x = clamped(to_x, 0, last_x), at_y = clamped(to_y, 0, last_y);
    const int x0 = int(at_x), y0 = int(at_y);
    const int right = x0 + 1 < width ? 2 : 0, below = y0 + 1 < height ? stride : 0;
    const float fx = at_x - float(x0), fy = at_y - float(y0);
    const int i = y0 * stride + 2 * x0;
    const float upper_x = back[i] + fx * (back[i + right] - back[i]);
    const float upper_y = back[i + 1] + fx * (back[i + right + 1] - back[i + 1]);
    const float lower_x = back[i + below] + fx * (back[i + below + right] - back[i + below]);
    const float lower_y = back[i + below + 1] + fx * (back[i + below + right + 1] - back[i + below + 1]);
    const float bx = upper_x + fy * (lower_x - upper_x), by = upper_y + fy * (lower_y - upper_y);
    const float error = std::sqrt((vx + bx) * (vx + bx) + (vy + by) * (vy + by)) * unit_px;
    const float length = (vx * vx + vy * vy + bx * bx + by * by) * unit_px * unit_px;
    const float sight = clamped((4 - error / (0.5f + 0.01f * length)) / 3, 0, 1);
    const bool inside = (to_x >= -0.5f) & (to_y >= -0.5f) & (to_x <= last_x + 0.5f) & (to_y <= last_y + 0.5f);
    seen[x] = inside ? sight : 0;
  }
}

}  // namespace

cv::Mat luma8(const media::Image& frame, cv::Size size) {
  if (size.width <= frame.width && size.height <= frame.height && size.area() < frame.width * frame.height)
    return reduced_luma8(frame, size);
  const cv::Mat full = full_luma8(frame);
  if (size == full.size()) return full;
  cv::Mat enlarged;
  cv::resize(full, enlarged, size, 0, 0, cv::INTER_LINEAR);
  return enlarged;
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
  for (int y = 0; y < forward.rows; ++y)
    visibility_row(forward.ptr<Vector>(y), backward, y, unit_px, seen.ptr<float>(y));
  return seen;
}

}  // namespace sakuga::compose
