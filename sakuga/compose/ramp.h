// Soft steps and blends of numbers. Only for the .cpp files of compose.
#pragma once

#include <algorithm>

namespace sakuga::compose {

// 0 up to `from`, 1 beyond `to`, and a smooth S between.
inline float smooth_step(float from, float to, float value) {
  const float t = std::clamp((value - from) / (to - from), 0.0f, 1.0f);
  return t * t * (3 - 2 * t);
}

template <class Value>
Value blend(const Value& zero, const Value& one, float amount) {
  return zero + (one - zero) * amount;
}

}  // namespace sakuga::compose
