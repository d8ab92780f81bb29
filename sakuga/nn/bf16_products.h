// Dense products in bfloat16 on AVX512-BF16 vectors: what processors without AMX have. Include only in
// files compiled for AVX512-BF16.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace sakuga::nn {

// One [rows, 32] x [32, 32] product. `right` is two tiles of [16 pairs][16][2], as in conv_engine.h.
struct Product {
  const uint16_t *left, *right;
};

namespace detail {

inline __m512bh broadcast_pair(const uint16_t* p) {
  int32_t both;
  std::memcpy(&both, p, 4);
  return (__m512bh)_mm512_set1_epi32(both);
}

// kRows rows at once: their sums stay in registers.
template <int kRows>
void add_products(const Product* products, int count, int first_row, size_t left_stride, float* sums) {
  constexpr int kTile = 16 * 32;
  __m512 a[kRows], b[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    a[r] = _mm512_loadu_ps(sums + r * 32);
    b[r] = _mm512_loadu_ps(sums + r * 32 + 16);
  }
  for (int i = 0; i < count; ++i) {
    const uint16_t* left = products[i].left + first_row * left_stride;
    const uint16_t* right = products[i].right;
    for (int pair = 0; pair < 16; ++pair, left += 2, right += 32) {
      const auto right_a = (__m512bh)_mm512_loadu_si512(right);
      const auto right_b = (__m512bh)_mm512_loadu_si512(right + kTile);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const __m512bh x = broadcast_pair(left + r * left_stride);
        a[r] = _mm512_dpbf16_ps(a[r], x, right_a);
        b[r] = _mm512_dpbf16_ps(b[r], x, right_b);
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    _mm512_storeu_ps(sums + r * 32, a[r]);
    _mm512_storeu_ps(sums + r * 32 + 16, b[r]);
  }
}

}  // namespace detail

// sums[rows][32] += the products of the first `rows` rows, which lie `left_stride` values apart. A row's sum
// does not depend on `rows`.
inline void add_products(const Product* products, int count, int rows, size_t left_stride, float* sums) {
  int row = 0;
  for (; row + 12 <= rows; row += 12)
    detail::add_products<12>(products, count, row, left_stride, sums + row * 32);
  for (; row + 4 <= rows; row += 4)
    detail::add_products<4>(products, count, row, left_stride, sums + row * 32);
  for (; row + 2 <= rows; row += 2)
    detail::add_products<2>(products, count, row, left_stride, sums + row * 32);
  for (; row < rows; ++row) detail::add_products<1>(products, count, row, left_stride, sums + row * 32);
}

}  // namespace sakuga::nn
