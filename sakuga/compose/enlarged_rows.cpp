#include "sakuga/compose/enlarged_rows.h"

#include <algorithm>
#include <cstring>

#include "sakuga/compose/pixel_rows.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

void place(float at, int count, int& first, float& part) {
  at = std::clamp(at, 0.0f, float(count - 1));
  first = std::min(int(at), std::max(count - 2, 0));
  part = count > 1 ? at - float(first) : 0;
}

SAKUGA_VECTORISE void mix(const float* upper, const float* lower, float part, float* out, int count) {
  for (int i = 0; i < count; ++i) out[i] = upper[i] + part * (lower[i] - upper[i]);
}

// `next`: how far the right neighbour is, in numbers.
SAKUGA_VECTORISE void widen1(const float* in, int next, const int* left, const float* part, float* out,
                             int count) {
  for (int x = 0; x < count; ++x) {
    const float *a = in + left[x], *b = a + next;
    out[x] = a[0] + part[x] * (b[0] - a[0]);
  }
}

SAKUGA_VECTORISE void widen2(const float* in, int next, const int* left, const float* part, float* out,
                             int count) {
  for (int x = 0; x < count; ++x) {
    const float *a = in + 2 * left[x], *b = a + next;
    out[2 * x] = a[0] + part[x] * (b[0] - a[0]);
    out[2 * x + 1] = a[1] + part[x] * (b[1] - a[1]);
  }
}

SAKUGA_VECTORISE void widen4(const float* in, int next, const int* left, const float* part, float* out,
                             int count) {
  for (int x = 0; x < count; ++x) {
    Four a, b;
    std::memcpy(&a, in + 4 * left[x], sizeof a);
    std::memcpy(&b, in + 4 * left[x] + next, sizeof b);
    a += part[x] * (b - a);
    std::memcpy(out + 4 * x, &a, sizeof a);
  }
}

}  // namespace

EnlargedRows::EnlargedRows(const cv::Mat& map, cv::Size full)
    : map_(map), full_(full), between_(size_t(map.cols) * map.channels()) {
  left_.resize(full.width);
  part_.resize(full.width);
  for (int x = 0; x < full.width; ++x)
    place((float(x) + 0.5f) * float(map.cols) / float(full.width) - 0.5f, map.cols, left_[x], part_[x]);
  row_.resize(size_t(full.width) * map.channels());
}

const float* EnlargedRows::row(int y) {
  int top;
  float part;
  place((float(y) + 0.5f) * float(map_.rows) / float(full_.height) - 0.5f, map_.rows, top, part);
  const float *upper = map_.ptr<float>(top), *lower = map_.ptr<float>(std::min(top + 1, map_.rows - 1));
  mix(upper, lower, part, between_.data(), int(between_.size()));
  const int channels = map_.channels(), next = map_.cols > 1 ? channels : 0;
  const auto widen = channels == 1 ? widen1 : channels == 2 ? widen2 : widen4;
  widen(between_.data(), next, left_.data(), part_.data(), row_.data(), full_.width);
  return row_.data();
}

}  // namespace sakuga::compose
