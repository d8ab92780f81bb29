#include "sakuga/nn/depthwise_kernels.h"

#include <algorithm>
#include <cstdlib>

#include "sakuga/nn/amx_tiles.h"

namespace sakuga::nn {
namespace {

constexpr int kTaps = 9;

int mirrored(int place, int size) {
  place = std::abs(place);
  return place < size ? place : 2 * (size - 1) - place;
}

// What one output pixel adds up: offsets of input pixels, and the weights' rows.
struct Term {
  size_t in;
  const float* weight;
};

}  // namespace

Neighbours seen_by(int size) {
  Neighbours all(static_cast<size_t>(size));
  for (int place = 0; place < size; ++place)
    for (int tap = 0; tap < 3; ++tap) all[size_t(place)].push_back({mirrored(place + tap - 1, size), tap});
  return all;
}

Neighbours giving_to(int size) {
  Neighbours all(static_cast<size_t>(size));
  for (int place = 0; place < size; ++place)
    for (int tap = 0; tap < 3; ++tap) all[size_t(mirrored(place + tap - 1, size))].push_back({place, tap});
  return all;
}

void depthwise_sum(const DepthwiseShape& s, const Neighbours& rows, const Neighbours& columns, const Bf16* in,
                   const float* weight, const float* bias, Bf16* out) {
  const size_t pixel = size_t(s.n) * size_t(s.c);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < s.h; ++y) {
    std::vector<Term> terms;
    for (int x = 0; x < s.w; ++x) {
      terms.clear();
      for (const auto& row : rows[size_t(y)])
        for (const auto& column : columns[size_t(x)])
          terms.push_back({(size_t(row.at) * size_t(s.w) + size_t(column.at)) * pixel,
                           weight + size_t(3 * row.tap + column.tap) * size_t(s.c)});
      Bf16* to = out + (size_t(y) * size_t(s.w) + size_t(x)) * pixel;
      for (size_t i = 0, c = 0; i < pixel; i += 32, c = c + 32 == size_t(s.c) ? 0 : c + 32) {
        __m512 low = bias ? _mm512_loadu_ps(bias + c) : _mm512_setzero_ps();
        __m512 high = bias ? _mm512_loadu_ps(bias + c + 16) : _mm512_setzero_ps();
        for (const auto& term : terms) {
          low = _mm512_fmadd_ps(amx::from_bf16(in + term.in + i), _mm512_loadu_ps(term.weight + c), low);
          high = _mm512_fmadd_ps(amx::from_bf16(in + term.in + i + 16), _mm512_loadu_ps(term.weight + c + 16),
                                 high);
        }
        amx::store_bf16(to + i, low, high);
      }
    }
  }
}

void depthwise_weight(const DepthwiseShape& s, const Bf16* in, const Bf16* g, float* weight) {
  constexpr int kParts = 8;  // Each keeps a table of its own.
  const size_t pixel = size_t(s.n) * size_t(s.c), count = size_t(kTaps) * size_t(s.c);
  std::vector<float> tables(kParts * count);
#pragma omp parallel for schedule(static)
  for (int part = 0; part < kParts; ++part) {
    float* table = tables.data() + size_t(part) * count;
    for (int y = s.h * part / kParts; y < s.h * (part + 1) / kParts; ++y)
      for (int c = 0; c < s.c; c += 16) {
        __m512 sums[kTaps];
        for (int tap = 0; tap < kTaps; ++tap) sums[tap] = _mm512_loadu_ps(table + tap * s.c + c);
        for (int x = 0; x < s.w; ++x) {
          const Bf16* slope = g + (size_t(y) * size_t(s.w) + size_t(x)) * pixel + size_t(c);
          const Bf16* seen[kTaps];
          for (int tap = 0; tap < kTaps; ++tap) {
            const int row = mirrored(y + tap / 3 - 1, s.h), column = mirrored(x + tap % 3 - 1, s.w);
            seen[tap] = in + (size_t(row) * size_t(s.w) + size_t(column)) * pixel + size_t(c);
          }
          for (int n = 0; n < s.n; ++n) {
            const size_t picture = size_t(n) * size_t(s.c);
            const __m512 value = amx::from_bf16(slope + picture);
            for (int tap = 0; tap < kTaps; ++tap)
              sums[tap] = _mm512_fmadd_ps(value, amx::from_bf16(seen[tap] + picture), sums[tap]);
          }
        }
        for (int tap = 0; tap < kTaps; ++tap) _mm512_storeu_ps(table + tap * s.c + c, sums[tap]);
      }
  }
  std::copy_n(tables.begin(), count, weight);
  for (size_t part = 1; part < kParts; ++part)
    for (size_t i = 0; i < count; ++i) weight[i] += tables[part * count + i];
}

}  // namespace sakuga::nn
