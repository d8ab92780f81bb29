#include "sakuga/compose/mean_around.h"

#include <algorithm>
#include <cstddef>

#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

// out[x] = the sum of padded[x .. x + taps - 1] times scale.
SAKUGA_VECTORISE
void mean_of_row(const std::vector<float>& padded, int width, int taps, float scale, float* out) {
  std::copy_n(padded.data(), width, out);
  for (int tap = 1; tap < taps; ++tap) {
    const float* from = padded.data() + tap;
    for (int x = 0; x < width; ++x) out[x] += from[x];
  }
  for (int x = 0; x < width; ++x) out[x] *= scale;
}

// The columns' sums of the next row, for which one row enters, and without the row that leaves after it.
SAKUGA_VECTORISE
void move_down(const float* entering, const float* leaving, int width, double* sums, float* out) {
  for (int x = 0; x < width; ++x) {
    sums[x] += entering[x];
    out[x] = float(sums[x]);
    sums[x] -= leaving[x];
  }
}

}  // namespace

std::vector<float> mean_around(const float* plane, int height, int width, int reach) {
  const int taps = 2 * reach + 1;
  const float scale = 1.0f / float(taps * taps);
  const auto row = [&](int y) { return plane + size_t(std::clamp(y, 0, height - 1)) * size_t(width); };
  std::vector<float> result(size_t(height) * size_t(width)), padded(size_t(width + 2 * reach));
  std::vector<double> sums(size_t(width), 0.0);  // Of the columns, over the rows around y.
  for (int y = -reach; y < reach; ++y)
    for (int x = 0; x < width; ++x) sums[size_t(x)] += row(y)[x];
  for (int y = 0; y < height; ++y) {
    move_down(row(y + reach), row(y - reach), width, sums.data(), padded.data() + reach);
    std::fill_n(padded.begin(), reach, padded[size_t(reach)]);
    std::fill_n(padded.end() - reach, reach, padded[size_t(width + reach - 1)]);
    mean_of_row(padded, width, taps, scale, result.data() + size_t(y) * size_t(width));
  }
  return result;
}

}  // namespace sakuga::compose
