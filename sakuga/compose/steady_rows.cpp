#include "sakuga/compose/steady_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sakuga/compose/pixel_rows.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr float kSnap = 0.04f;  // Pixels; motion nearer to whole pixels is taken as whole.

constexpr float kSoftness = 0.5f;     // How much lost detail counts against the past.
constexpr float kQuiet = 1.5f / 255;  // Texture that boils by less is left alone.

// Four pixels side by side.
using Sixteen = float __attribute__((vector_size(64)));

// The weights of a cubic's four neighbours are polynomials of how far beyond the second it is taken.
constexpr Four kConstant = {0, 1, 0, 0}, kLinear = {-0.6f, 0, 0.6f, 0}, kSquare = {1.2f, -2.4f, 1.8f, -0.6f},
               kCubic = {-0.6f, 1.4f, -1.4f, 0.6f};

// The same for four pixels of four colours.
constexpr Sixteen kWideConstant = {0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0},
                  kWideLinear = {-0.6f, -0.6f, -0.6f, -0.6f, 0, 0, 0, 0, 0.6f, 0.6f, 0.6f, 0.6f, 0, 0, 0, 0},
                  kWideSquare = {1.2f, 1.2f, 1.2f, 1.2f, -2.4f, -2.4f, -2.4f, -2.4f,
                                 1.8f, 1.8f, 1.8f, 1.8f, -0.6f, -0.6f, -0.6f, -0.6f},
                  kWideCubic = {-0.6f, -0.6f, -0.6f, -0.6f, 1.4f, 1.4f, 1.4f, 1.4f,
                                -1.4f, -1.4f, -1.4f, -1.4f, 0.6f, 0.6f, 0.6f, 0.6f};

constexpr int kLanes = 16;  // Sums are kept in so many parts, whatever the processor.

double total(const float* parts) {
  double sum = 0;
  for (int k = 0; k < kLanes; ++k) sum += parts[k];
  return sum;
}

}  // namespace

SAKUGA_VECTORISE double correct_row(const media::Rgba* in, const float* gain, const float* offset,
                                    media::Rgba* out, int count) {
  const float* from = &in->r;
  float* to = &out->r;
  float sums[kLanes] = {};
  const int floats = 4 * count, whole = floats / kLanes * kLanes;
  for (int i = 0; i < whole; i += kLanes)
    for (int k = 0; k < kLanes; ++k) {
      const float change = gain[i + k] * from[i + k] + offset[i + k];
      to[i + k] = from[i + k] + change;
      sums[k] += std::abs(change);
    }
  for (int i = whole; i < floats; ++i) {
    const float change = gain[i] * from[i] + offset[i];
    to[i] = from[i] + change;
    sums[i - whole] += std::abs(change);
  }
  return total(sums);
}

SAKUGA_VECTORISE void place_row(const float* flow, float scale_x, float scale_y, int y, int width, int height,
                                const Places& places) {
  int* __restrict left = places.left, * __restrict top = places.top;
  float* __restrict beyond_x = places.beyond_x, * __restrict beyond_y = places.beyond_y;
  // Adding and subtracting it rounds to whole numbers.
  constexpr float kRound = 12582912;
  const float last_x = float(width - 1), last_y = float(height - 1), from_y = float(y);
  for (int x = 0; x < width; ++x) {
    const float dx = flow[2 * x] * scale_x, dy = flow[2 * x + 1] * scale_y;
    const float whole_x = (dx + kRound) - kRound, whole_y = (dy + kRound) - kRound;
    const float off_x = std::abs(dx - whole_x), off_y = std::abs(dy - whole_y);
    const float off = off_x > off_y ? off_x : off_y;
    const float at_x = clamped(float(x) + (off < kSnap ? whole_x : dx), 0, last_x);
    const float at_y = clamped(from_y + (off < kSnap ? whole_y : dy), 0, last_y);
    const int column = int(at_x), row = int(at_y);
    left[x] = column;
    top[x] = row;
    beyond_x[x] = at_x - float(column);
    beyond_y[x] = at_y - float(row);
  }
}

SAKUGA_VECTORISE void bring_row(const media::Image& past, const Places& places, media::Rgba* out) {
  const int width = past.width, height = past.height;
  const media::Rgba* pixels = past.pixels.data();
  for (int x = 0; x < width; ++x) {
    const int left = places.left[x], top = places.top[x];
    const float f = places.beyond_x[x], g = places.beyond_y[x];
    if (left < 1 || top < 1 || left + 2 >= width || top + 2 >= height) {
      store(out[x], sample_cubic(past, float(left) + f, float(top) + g));
      continue;
    }
    const media::Rgba* corner = pixels + size_t(top - 1) * width + (left - 1);
    Sixteen rows[4];
    for (int j = 0; j < 4; ++j) std::memcpy(&rows[j], corner + size_t(j) * width, sizeof rows[j]);
    const Four down = ((kCubic * g + kSquare) * g + kLinear) * g + kConstant;
    const Sixteen across = ((kWideCubic * f + kWideSquare) * f + kWideLinear) * f + kWideConstant;
    const Sixteen column = (rows[0] * down[0] + rows[1] * down[1]) + (rows[2] * down[2] + rows[3] * down[3]);
    const Sixteen weighed = column * across;
    Four parts[4];
    std::memcpy(parts, &weighed, sizeof parts);
    store(out[x], (parts[0] + parts[1]) + (parts[2] + parts[3]));
  }
}

SAKUGA_VECTORISE void compare_row(const media::Rgba* here, const media::Rgba* there, int count,
                                  float* luma_here, float* luma_there, float* square) {
  const float *a = &here->r, *b = &there->r;
  for (int x = 0; x < count; ++x) {
    const float* p = a + 4 * x;
    const float* q = b + 4 * x;
    luma_here[x] = 0.2126f * p[0] + 0.7152f * p[1] + 0.0722f * p[2];
    luma_there[x] = 0.2126f * q[0] + 0.7152f * q[1] + 0.0722f * q[2];
    const float dr = q[0] - p[0], dg = q[1] - p[1], db = q[2] - p[2], da = q[3] - p[3];
    square[x] = (dr * dr + dg * dg + db * db) / 3 + da * da;
  }
}

SAKUGA_VECTORISE void detail_row(const float* above, const float* row, const float* below, int count,
                                 float* sums, float* detail) {
  for (int x = -1; x <= count; ++x) sums[x] = above[x] + row[x] + below[x];
  for (int x = 0; x < count; ++x) detail[x] = row[x] - (sums[x - 1] + sums[x] + sums[x + 1]) * (1.0f / 9);
}

SAKUGA_VECTORISE void sum_row(bool first, int count, const float* __restrict square,
                              const float* __restrict here, const float* __restrict there,
                              float* __restrict squares, float* __restrict products,
                              float* __restrict powers) {
  if (first) {
    for (int x = 0; x < count; ++x) {
      squares[x] = square[x];
      products[x] = here[x] * there[x];
      powers[x] = there[x] * there[x];
    }
    return;
  }
  for (int x = 0; x < count; ++x) {
    squares[x] += square[x];
    products[x] += here[x] * there[x];
    powers[x] += there[x] * there[x];
  }
}

SAKUGA_VECTORISE void halve_row(const float* in, float factor, int count, float* out) {
  for (int i = 0; i < count; ++i) out[i] = factor * (in[2 * i] + in[2 * i + 1]);
}

SAKUGA_VECTORISE void weigh_row(const Evidence& evidence, float most, float boil, float* drawings,
                                float* weights, int count) {
  for (int x = 0; x < count; ++x) {
    const float noise = evidence.noise[x], power = evidence.power[x];
    const float excess = std::max(0.0f, evidence.square[x] / noise - 1);
    const float lost = (evidence.product[x] - power) / (power + 0.05f * noise);
    // A past that was resampled until it is soft counts less, and what it still gives is sharpened.
    const float softness = kSoftness * std::max(0.0f, lost);
    const float past = drawings[x] * evidence.seen[x] / ((1 + excess * excess) * (1 + softness));
    const float boiling = noise * noise / (noise * noise + kQuiet * kQuiet * kQuiet * kQuiet);
    weights[4 * x] = boil * boiling * past / (past + 1);
    weights[4 * x + 1] = 4 * std::sqrt(noise);
    weights[4 * x + 2] = 1.5f * clamped(lost, -0.1f, 0.6f);
    weights[4 * x + 3] = 0;
    drawings[x] = std::min(past + 1, most);
  }
}

SAKUGA_VECTORISE double blend_row(const float* weights, const float* fine, const media::Rgba* past,
                                  media::Rgba* here, int count) {
  constexpr Four kColours = {1, 1, 1, 0};
  Four sums = {0, 0, 0, 0};
  for (int x = 0; x < count; ++x) {
    const float share = weights[4 * x], limit = weights[4 * x + 1];
    const float detail = weights[4 * x + 2] * fine[x];
    const Four now = load(here[x]);
    const Four move = kColours * share * clamped(load(past[x]) + detail - now, -limit, limit);
    store(here[x], now + move);
    sums += move < 0 ? -move : move;
  }
  return double(sums[0]) + sums[1] + sums[2];
}

}  // namespace sakuga::compose
