#include "sakuga/compose/flow.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/flow_matrix.h"
#include "sakuga/core/error.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

cv::Mat as_matrix(const Flow& flow) {
  return {flow.height, flow.width, CV_32FC2, const_cast<Vector*>(flow.vectors.data())};
}

// Enlarged to the full size, and its lengths with it.
Flow enlarged(const cv::Mat& small, int width, int height) {
  Flow flow(width, height);
  cv::Mat full = as_matrix(flow);
  if (small.size() == full.size()) {
    small.copyTo(full);
    return flow;
  }
  cv::resize(small, full, full.size(), 0, 0, cv::INTER_LINEAR);
  const float sx = float(width) / float(small.cols), sy = float(height) / float(small.rows);
  for (auto& v : flow.vectors) v = {v.x * sx, v.y * sy};
  return flow;
}

void check_frames(const media::Image& a, const media::Image& b) {
  if (a.width != b.width || a.height != b.height)
    core::fail(core::ErrorKind::BadRequest, "optical flow: expected frames of one size, got {}x{} and {}x{}",
               a.width, a.height, b.width, b.height);
  if (a.pixels.empty())
    core::fail(core::ErrorKind::BadRequest, "optical flow: expected frames, got an empty one");
}

void check_sizes(const char* operation, const Flow& a, int width, int height) {
  if (a.width != width || a.height != height || width == 0 || height == 0)
    core::fail(core::ErrorKind::BadRequest, "{}: expected sizes to agree, got {}x{} and {}x{}", operation,
               a.width, a.height, width, height);
}

// Keys' cubic with a = -0.5: weights of the four neighbours of a point `f` after the second.
std::array<float, 4> cubic(float f) {
  const float f2 = f * f, f3 = f2 * f;
  return {-0.5f * f + f2 - 0.5f * f3, 1 - 2.5f * f2 + 1.5f * f3, 0.5f * f + 2 * f2 - 1.5f * f3,
          -0.5f * f2 + 0.5f * f3};
}

std::array<float, 2> linear(float f) {
  return {1 - f, f};
}

using Four = float __attribute__((vector_size(16)));  // A pixel's channels.
static_assert(sizeof(Four) == sizeof(media::Rgba));

Four load(const media::Rgba& pixel) {
  Four four;
  std::memcpy(&four, &pixel, sizeof(four));
  return four;
}

// The weighted sum of the N x N pixels from (left, top) on; beyond the frame its border is repeated.
template <size_t N>
__attribute__((always_inline)) inline media::Rgba weighted(const media::Image& image, int left, int top,
                                                           const std::array<float, N>& wx,
                                                           const std::array<float, N>& wy) {
  std::array<int, N> columns;
  for (size_t i = 0; i < N; ++i) columns[i] = std::clamp(left + int(i), 0, image.width - 1);
  Four sum = {0, 0, 0, 0};
  for (size_t j = 0; j < N; ++j) {
    const auto* row =
        image.pixels.data() + size_t(std::clamp(top + int(j), 0, image.height - 1)) * size_t(image.width);
    for (size_t i = 0; i < N; ++i) sum += wx[i] * wy[j] * load(row[columns[i]]);
  }
  return {sum[0], sum[1], sum[2], sum[3]};
}

// OpenCV's remap() rounds positions to 1/32 of a pixel, which is too coarse for frames that are warped again
// and again; this does not.
__attribute__((always_inline)) inline media::Rgba sample(const media::Image& image, float x, float y,
                                                         Sampling sampling) {
  x = std::clamp(x, -2.0f, float(image.width) + 1);
  y = std::clamp(y, -2.0f, float(image.height) + 1);
  const float left = std::floor(x), top = std::floor(y);
  if (sampling == Sampling::Bicubic)
    return weighted(image, int(left) - 1, int(top) - 1, cubic(x - left), cubic(y - top));
  return weighted(image, int(left), int(top), linear(x - left), linear(y - top));
}

SAKUGA_VECTORISE void warp_row(const media::Image& source, const Flow& flow, Sampling sampling, int y,
                               media::Image& result) {
  const size_t row = size_t(y) * size_t(source.width);
  for (int x = 0; x < source.width; ++x) {
    const auto& v = flow.vectors[row + size_t(x)];
    result.pixels[row + size_t(x)] = sample(source, float(x) + v.x, float(y) + v.y, sampling);
  }
}

}  // namespace

Flow optical_flow(const media::Image& from, const media::Image& to, const FlowOptions& options) {
  check_frames(from, to);
  FlowFinder finder(options);
  const auto size = work_size({from.width, from.height}, options);
  cv::Mat flow;
  finder.one_way(luma8(from, size), luma8(to, size), flow);
  return enlarged(flow, from.width, from.height);
}

TwoWayFlow two_way_flow(const media::Image& a, const media::Image& b, const FlowOptions& options) {
  check_frames(a, b);
  FlowFinder finder(options);
  const auto size = work_size({a.width, a.height}, options);
  cv::Mat forward, backward;
  finder.two_ways(luma8(a, size), luma8(b, size), forward, backward);
  return {enlarged(forward, a.width, a.height), enlarged(backward, a.width, a.height)};
}

media::Image8 visibility(const Flow& forward, const Flow& backward) {
  check_sizes("visibility", forward, backward.width, backward.height);
  media::Image8 seen(forward.width, forward.height, 1);
  cv::Mat bytes(seen.height, seen.width, CV_8U, seen.bytes.data());
  visibility(as_matrix(forward), as_matrix(backward), 1).convertTo(bytes, CV_8U, 255);
  return seen;
}

Flow chained(const Flow& first, const Flow& second) {
  check_sizes("chained flow", first, second.width, second.height);
  Flow result(first.width, first.height);
  cv::Mat to(first.height, first.width, CV_32FC2);
  for (int y = 0; y < first.height; ++y)
    for (int x = 0; x < first.width; ++x) {
      const Vector v = first.vectors[size_t(y) * first.width + x];
      to.at<cv::Vec2f>(y, x) = {float(x) + v.x, float(y) + v.y};
    }
  cv::Mat rest, none, sum = as_matrix(result);
  cv::remap(as_matrix(second), rest, to, none, cv::INTER_LINEAR, cv::BORDER_REPLICATE);
  cv::add(as_matrix(first), rest, sum);
  return result;
}

media::Image warp(const media::Image& source, const Flow& flow, Sampling sampling) {
  check_sizes("warp", flow, source.width, source.height);
  media::Image result(source.width, source.height, source.transfer);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < source.height; ++y) warp_row(source, flow, sampling, y, result);
  return result;
}

}  // namespace sakuga::compose
