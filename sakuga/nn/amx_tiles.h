// The few AMX steps that conv_engine is made of. Include only in files compiled for AMX and AVX512-BF16.
#pragma once

#include <immintrin.h>

#include <cstdint>
#include <cstring>

namespace sakuga::nn::amx {

// GCC 12's tile intrinsics do not tell the compiler that they read memory: needed between ordinary stores
// and tile loads.
inline void compiler_barrier() {
  asm volatile("" ::: "memory");
}

// Tiles 0-3 hold sums (rows a, a, b, b), 4 and 5 the left rows a and b, 6 and 7 right operands. rows_b may
// be 0: then tiles 2, 3 and 5 may not be used. _tile_release() when done.
inline void load_tile_config(int rows_a, int rows_b) {
  struct alignas(64) Layout {
    uint8_t palette = 1, start_row = 0, reserved[14] = {};
    uint16_t bytes_per_row[16] = {};
    uint8_t rows[16] = {};
  } layout;
  const int rows[8] = {rows_a, rows_a, rows_b, rows_b, rows_a, rows_b, 16, 16};
  for (int tile = 0; tile < 8; ++tile) {
    layout.rows[tile] = uint8_t(rows[tile]);
    layout.bytes_per_row[tile] = rows[tile] ? 64 : 0;
  }
  compiler_barrier();
  _tile_loadconfig(&layout);
}

inline __m512 from_bf16(const uint16_t* p) {
  const __m256i half = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(p));
  return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(half), 16));
}

// Rounds 32 floats to nearest even.
inline void store_bf16(uint16_t* p, __m512 low, __m512 high) {
  const __m512bh both = _mm512_cvtne2ps_pbh(high, low);
  std::memcpy(p, &both, 64);
}

// In place: row i, column j of sixteen vectors of 32-bit values becomes row j, column i.
inline void transpose16(__m512i r[16]) {
  __m512i t[16];
  for (int i = 0; i < 8; ++i) {
    t[2 * i] = _mm512_unpacklo_epi32(r[2 * i], r[2 * i + 1]);
    t[2 * i + 1] = _mm512_unpackhi_epi32(r[2 * i], r[2 * i + 1]);
  }
  for (int i = 0; i < 4; ++i) {
    r[4 * i] = _mm512_unpacklo_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 1] = _mm512_unpackhi_epi64(t[4 * i], t[4 * i + 2]);
    r[4 * i + 2] = _mm512_unpacklo_epi64(t[4 * i + 1], t[4 * i + 3]);
    r[4 * i + 3] = _mm512_unpackhi_epi64(t[4 * i + 1], t[4 * i + 3]);
  }
  for (int i = 0; i < 4; ++i) {
    t[i] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0x88);
    t[i + 4] = _mm512_shuffle_i32x4(r[i], r[i + 4], 0xdd);
    t[i + 8] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0x88);
    t[i + 12] = _mm512_shuffle_i32x4(r[i + 8], r[i + 12], 0xdd);
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0x88);
    r[i + 8] = _mm512_shuffle_i32x4(t[i], t[i + 8], 0xdd);
    r[i + 4] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0x88);
    r[i + 12] = _mm512_shuffle_i32x4(t[i + 4], t[i + 12], 0xdd);
  }
}

}  // namespace sakuga::nn::amx
