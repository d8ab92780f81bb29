// Noise that belongs to places of the picture, not to the order of painting. Internal to the painter.
#pragma once

#include <cmath>
#include <cstdint>

namespace sakuga::compose {

// -1..1, another for each whole place and seed (the finaliser of MurmurHash3).
inline float hash_noise(int x, int y, uint32_t seed) {
  uint32_t h = uint32_t(x) * 0x9E3779B1u ^ uint32_t(y) * 0x85EBCA77u ^ seed * 0xC2B2AE3Du;
  h ^= h >> 16;
  h *= 0x85EBCA6Bu;
  h ^= h >> 13;
  h *= 0xC2B2AE35u;
  h ^= h >> 16;
  return float(h) * (2.0f / 4294967295.0f) - 1;
}

// Value noise (Perlin's smooth blend between random corners), -1..1; one hill per unit of x and y.
inline float value_noise(float x, float y, uint32_t seed) {
  const float fx = std::floor(x), fy = std::floor(y);
  const int ix = static_cast<int>(fx), iy = static_cast<int>(fy);
  const auto smooth = [](float t) { return t * t * (3 - 2 * t); };
  const float u = smooth(x - fx), v = smooth(y - fy);
  const float top = hash_noise(ix, iy, seed) * (1 - u) + hash_noise(ix + 1, iy, seed) * u;
  const float bottom = hash_noise(ix, iy + 1, seed) * (1 - u) + hash_noise(ix + 1, iy + 1, seed) * u;
  return top * (1 - v) + bottom * v;
}

}  // namespace sakuga::compose
