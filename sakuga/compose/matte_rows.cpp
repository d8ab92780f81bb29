#include "sakuga/compose/matte_rows.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sakuga/compose/linear_planes.h"
#include "sakuga/compose/matte_edge.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr int kMostWidth = 128;      // Of the planes that box_mean() and tent_mean() get.
constexpr float kMostSpill = 0.35f;  // Of the screen's light that a figure may catch.
constexpr float kUneven = 0.25f;     // By so much, relative, the screen may be brighter than its clean plate.

SAKUGA_VECTORISE
void weigh(float* __restrict out, const float* __restrict a, const float* __restrict b,
           const float* __restrict c, int count) {
  for (int i = 0; i < count; ++i) out[i] = 0.25f * a[i] + 0.5f * b[i] + 0.25f * c[i];
}

}  // namespace

SAKUGA_VECTORISE
void share_row(const ConstRow& colour, const ScreenRow& screen, const KeyCurve& curve, int count,
               float* __restrict share) {
  const float* __restrict r = colour.r;
  const float* __restrict g = colour.g;
  const float* __restrict b = colour.b;
  const float* __restrict cb = screen.cb;
  const float* __restrict cr = screen.cr;
  const float* __restrict luma = screen.luma;
  const float narrowness = curve.narrowness;
  const float slope = 1 / ((1 - curve.lift) * curve.gain), offset = curve.lift / (1 - curve.lift);
  for (int i = 0; i < count; ++i) {
    const float y = 0.2126f * r[i] + 0.7152f * g[i] + 0.0722f * b[i];
    const float blue = (b[i] - y) * (1 / 1.8556f), red = (r[i] - y) * (1 / 1.5748f);
    const float along = cb[i] * blue + cr[i] * red, across = cb[i] * red - cr[i] * blue;
    const float hue = (along - std::abs(across) * narrowness) * slope - offset;
    const float dark = (1 - y + kUneven * luma[i]) / std::max(1 - luma[i], 0.05f);
    share[i] = std::min(hue, std::max(dark, 0.0f));
  }
}

SAKUGA_VECTORISE
void alpha_row(const float* share, int count, float* alpha) {
  for (int i = 0; i < count; ++i) alpha[i] = 1 - std::min(std::max(share[i], 0.0f), 1.0f);
}

SAKUGA_VECTORISE
void despill_row(const Row& colour, const float* __restrict alpha, const ConstRow& screen,
                 const float* __restrict cb, const float* __restrict cr, const KeyCurve& curve, int count) {
  float* __restrict r = colour.r;
  float* __restrict g = colour.g;
  float* __restrict b = colour.b;
  const float* __restrict sr = screen.r;
  const float* __restrict sg = screen.g;
  const float* __restrict sb = screen.b;
  const float narrowness = curve.despill_narrowness, strength = curve.despill;
  for (int i = 0; i < count; ++i) {
    const float y = 0.2126f * r[i] + 0.7152f * g[i] + 0.0722f * b[i];
    const float blue = (b[i] - y) * (1 / 1.8556f), red = (r[i] - y) * (1 / 1.5748f);
    const float along = cb[i] * blue + cr[i] * red, across = cb[i] * red - cr[i] * blue;
    const float most = kMostSpill + 1 - alpha[i];
    const float spill = strength * std::min(std::max(along - std::abs(across) * narrowness, 0.0f), most);
    r[i] = std::max(r[i] - spill * sr[i], std::min(r[i], 0.0f));
    g[i] = std::max(g[i] - spill * sg[i], std::min(g[i], 0.0f));
    b[i] = std::max(b[i] - spill * sb[i], std::min(b[i], 0.0f));
  }
}

SAKUGA_VECTORISE
void interleave_row(const ConstRow& colour, const float* __restrict alpha, int count,
                    float* __restrict pixels) {
  const float* __restrict r = colour.r;
  const float* __restrict g = colour.g;
  const float* __restrict b = colour.b;
  for (int i = 0; i < count; ++i) {
    pixels[4 * i] = r[i];
    pixels[4 * i + 1] = g[i];
    pixels[4 * i + 2] = b[i];
    pixels[4 * i + 3] = alpha[i];
  }
}

SAKUGA_VECTORISE
void pool_row(const float* __restrict alpha, int count, float* __restrict least, float* __restrict sum,
              float* __restrict most) {
  for (int i = 0; i < count; ++i) {
    least[i] = std::min(least[i], alpha[i]);
    sum[i] += alpha[i];
    most[i] = std::max(most[i], alpha[i]);
  }
}

SAKUGA_VECTORISE
void add_row(const ConstRow& colour, int count, const Row& sums) {
  const float* __restrict r = colour.r;
  const float* __restrict g = colour.g;
  const float* __restrict b = colour.b;
  float* __restrict sum_r = sums.r;
  float* __restrict sum_g = sums.g;
  float* __restrict sum_b = sums.b;
  for (int i = 0; i < count; ++i) {
    sum_r[i] += r[i];
    sum_g[i] += g[i];
    sum_b[i] += b[i];
  }
}

SAKUGA_VECTORISE
void box_mean(const float* __restrict in, int width, int height, int radius, float* __restrict work,
              float* __restrict out) {
  const auto row_of = [&](int y) { return in + size_t(std::clamp(y, 0, height - 1)) * width; };
  std::fill_n(work, width, 0.0f);
  for (int v = -radius; v <= radius; ++v) {
    const float* row = row_of(v);
    for (int x = 0; x < width; ++x) work[x] += row[x];
  }
  for (int y = 1; y < height; ++y) {  // Down the columns: one row comes, one goes.
    const float *come = row_of(y + radius), *go = row_of(y - radius - 1),
                *above = work + size_t(y - 1) * width;
    float* sum = work + size_t(y) * width;
    for (int x = 0; x < width; ++x) sum[x] = above[x] + (come[x] - go[x]);
  }
  const float share = 1 / float((2 * radius + 1) * (2 * radius + 1));
  float padded[3 * kMostWidth], sum[kMostWidth];
  for (int y = 0; y < height; ++y) {  // Along the rows.
    const float* row = work + size_t(y) * width;
    for (int x = 0; x < radius; ++x) {
      padded[x] = row[0];
      padded[radius + width + x] = row[width - 1];
    }
    for (int x = 0; x < width; ++x) padded[radius + x] = row[x];
    for (int x = 0; x < width; ++x) sum[x] = padded[x];
    for (int k = 1; k <= 2 * radius; ++k)
      for (int x = 0; x < width; ++x) sum[x] += padded[x + k];
    float* to = out + size_t(y) * width;
    for (int x = 0; x < width; ++x) to[x] = sum[x] * share;
  }
}

void tent_mean(const float* in, int width, int height, float* work, float* out) {
  for (int y = 0; y < height; ++y)
    weigh(work + size_t(y) * width, in + size_t(std::max(y - 1, 0)) * width, in + size_t(y) * width,
          in + size_t(std::min(y + 1, height - 1)) * width, width);
  float padded[kMostWidth + 2];
  for (int y = 0; y < height; ++y) {
    const float* row = work + size_t(y) * width;
    padded[0] = row[0];
    std::memcpy(padded + 1, row, size_t(width) * sizeof(float));
    padded[width + 1] = row[width - 1];
    weigh(out + size_t(y) * width, padded, padded + 1, padded + 2, width);
  }
}

}  // namespace sakuga::compose
