// Powers and logarithms that a compiler can turn into vector code: polynomials without branches or calls.
// Single precision; relative errors are below 3e-6 for powers between 1e-30 and 1e30.
#pragma once

#include <bit>
#include <cstdint>

namespace sakuga::core {

// `yes` or `no`, both of which are computed: a conditional expression may become a branch, and with it the
// loop around it a slow one.
__attribute__((always_inline)) inline float select(bool condition, float yes, float no) {
  const int32_t mask = -int32_t(condition);
  return std::bit_cast<float>((std::bit_cast<int32_t>(yes) & mask) | (std::bit_cast<int32_t>(no) & ~mask));
}

// log2(x) = octave + fraction for normal x > 0; 1 gives exactly 0 and 0.
struct Log2 {
  int32_t octave;
  float fraction;  // About -0.5 to 0.5.
};

// By the series of the inverse hyperbolic tangent.
__attribute__((always_inline)) inline Log2 log2_of(float x) {
  const auto bits = std::bit_cast<int32_t>(x);
  const int32_t octave = (bits - 0x3F3504F3) >> 23;  // So that the rest is from 0.707 to 1.414.
  const float rest = std::bit_cast<float>(bits - (octave << 23));
  const float s = (rest - 1) / (rest + 1), s2 = s * s;
  const float series = 1 + s2 * (1 / 3.0f + s2 * (1 / 5.0f + s2 * (1 / 7.0f + s2 * (1 / 9.0f))));
  return {octave, 2.885390082f * s * series};
}

// 2^z for z from -126 to 127, by Taylor's series about the next whole number.
__attribute__((always_inline)) inline float exp2_of(float z) {
  const float shifted = z + 12582912.0f;  // 1.5 * 2^23: no bits are left for fractions.
  const int32_t whole = std::bit_cast<int32_t>(shifted) - 0x4B400000;
  const float f = (z - (shifted - 12582912.0f)) * 0.6931471806f;
  const float high = 1 / 24.0f + f * (1 / 120.0f + f * (1 / 720.0f + f * (1 / 5040.0f)));
  const float grown = 1 + f * (1 + f * (1 / 2.0f + f * (1 / 6.0f + f * high)));
  return grown * std::bit_cast<float>((whole + 127) << 23);
}

// x^exponent for normal x > 0 and results between 1e-37 and 1e37.
__attribute__((always_inline)) inline float power(float x, float exponent) {
  const auto log = log2_of(x);
  return exp2_of(exponent * float(log.octave) + exponent * log.fraction);
}

}  // namespace sakuga::core
