// Dense products of bfloat16 matrices on AVX-512 vectors: what processors without AMX have. Include only in
// files compiled for AVX-512.
//
// The values are widened and multiplied as float32: where it was measured (Sapphire Rapids without its
// tiles), VDPBF16PS does half as many products in a second as FMA.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace sakuga::nn {

// One [rows, 32] x [32, 32] product. `right` is two tiles of [16 pairs][16][2], as in conv_engine.h.
struct Product {
  const uint16_t *left, *right;
};

namespace detail {

constexpr int kMostRows = 12;  // Whose sums, 24 vectors, fit into the registers.

inline void widen(const uint16_t* row, float* out) {
  for (int half = 0; half < 32; half += 16) {
    const auto values = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(row + half));
    _mm512_store_si512(out + half, _mm512_slli_epi32(_mm512_cvtepu16_epi32(values), 16));
  }
}

// The first and the second of each pair.
inline __m512 first_of(__m512i pairs) {
  return _mm512_castsi512_ps(_mm512_slli_epi32(pairs, 16));
}
inline __m512 second_of(__m512i pairs) {
  return _mm512_castsi512_ps(_mm512_and_si512(pairs, _mm512_set1_epi32(int(0xffff0000u))));
}

// kRows rows at once: their sums stay in registers.
template <int kRows>
void add_products(const Product* products, int count, int first_row, size_t left_stride, float* sums) {
  constexpr int kTile = 16 * 32;
  alignas(64) float left[kRows * 32];
  __m512 a[kRows], b[kRows];
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    a[r] = _mm512_loadu_ps(sums + r * 32);
    b[r] = _mm512_loadu_ps(sums + r * 32 + 16);
  }
  for (int i = 0; i < count; ++i) {
    const uint16_t* right = products[i].right;
#pragma GCC unroll 16
    for (int r = 0; r < kRows; ++r) widen(products[i].left + (first_row + r) * left_stride, left + r * 32);
    for (int pair = 0; pair < 16; ++pair, right += 32) {
      const auto right_a = _mm512_loadu_si512(right), right_b = _mm512_loadu_si512(right + kTile);
      const __m512 a0 = first_of(right_a), a1 = second_of(right_a);
      const __m512 b0 = first_of(right_b), b1 = second_of(right_b);
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const __m512 x = _mm512_set1_ps(left[r * 32 + 2 * pair]);
        a[r] = _mm512_fmadd_ps(x, a0, a[r]);
        b[r] = _mm512_fmadd_ps(x, b0, b[r]);
      }
#pragma GCC unroll 16
      for (int r = 0; r < kRows; ++r) {
        const __m512 x = _mm512_set1_ps(left[r * 32 + 2 * pair + 1]);
        a[r] = _mm512_fmadd_ps(x, a1, a[r]);
        b[r] = _mm512_fmadd_ps(x, b1, b[r]);
      }
    }
  }
#pragma GCC unroll 16
  for (int r = 0; r < kRows; ++r) {
    _mm512_storeu_ps(sums + r * 32, a[r]);
    _mm512_storeu_ps(sums + r * 32 + 16, b[r]);
  }
}

// The same for any number of rows below kMostRows.
template <int kRows = kMostRows - 1>
void add_rest(const Product* products, int count, int rows, int first_row, size_t left_stride, float* sums) {
  if constexpr (kRows > 0) {
    if (rows == kRows) return add_products<kRows>(products, count, first_row, left_stride, sums);
    add_rest<kRows - 1>(products, count, rows, first_row, left_stride, sums);
  }
}

}  // namespace detail

// sums[rows][32] += the products of the first `rows` rows, which lie `left_stride` values apart. A row's sum
// does not depend on `rows`.
inline void add_products(const Product* products, int count, int rows, size_t left_stride, float* sums) {
  int row = 0;
  for (; row + detail::kMostRows <= rows; row += detail::kMostRows)
    detail::add_products<detail::kMostRows>(products, count, row, left_stride, sums + row * 32);
  detail::add_rest(products, count, rows - row, row, left_stride, sums + row * 32);
}

}  // namespace sakuga::nn
