#include "sakuga/compose/cadence.h"

#include <algorithm>
#include <cmath>

namespace sakuga::compose {
namespace {

constexpr int kBlock = 8;

// Means of r, g, b (multiplied by alpha) and alpha over blocks of 8x8 pixels: compression noise averages out.
std::vector<float> block_means(const media::Image& frame) {
  const int columns = (frame.width + kBlock - 1) / kBlock, rows = (frame.height + kBlock - 1) / kBlock;
  std::vector<float> means(size_t(columns) * size_t(rows) * 4);
#pragma omp parallel for schedule(static)
  for (int row = 0; row < rows; ++row)
    for (int column = 0; column < columns; ++column) {
      double sum[4] = {};
      const int right = std::min((column + 1) * kBlock, frame.width);
      const int bottom = std::min((row + 1) * kBlock, frame.height);
      for (int y = row * kBlock; y < bottom; ++y)
        for (int x = column * kBlock; x < right; ++x) {
          const auto& p = frame.pixels[size_t(y) * size_t(frame.width) + size_t(x)];
          sum[0] += double(p.r) * p.a;
          sum[1] += double(p.g) * p.a;
          sum[2] += double(p.b) * p.a;
          sum[3] += p.a;
        }
      const int count = (right - column * kBlock) * (bottom - row * kBlock);
      for (int c = 0; c < 4; ++c)
        means[(size_t(row) * size_t(columns) + size_t(column)) * 4 + size_t(c)] = float(sum[c] / count);
    }
  return means;
}

double largest_difference(const std::vector<float>& a, const std::vector<float>& b) {
  float largest = 0;
  for (size_t i = 0; i < a.size(); ++i) largest = std::max(largest, std::abs(a[i] - b[i]));
  return largest;
}

}  // namespace

Cadence::Cadence(const CadenceOptions& options) : tolerance_(options.tolerance / 255) {
  auto checked = options;
  visit_fields(checked, [](const std::string& name, auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
  every_ = options.on == "auto" ? 0 : std::stoll(options.on);
}

bool Cadence::needs_drawing(const media::Image& frame) {
  const int64_t index = frame_++;
  if (every_ > 0) return index % every_ == 0;
  auto means = block_means(frame);
  const bool same_size = frame.width == width_ && frame.height == height_;
  if (same_size && largest_difference(means, last_) <= tolerance_) return false;
  last_ = std::move(means);
  width_ = frame.width;
  height_ = frame.height;
  return true;
}

}  // namespace sakuga::compose
