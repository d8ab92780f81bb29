// A pixel as one register, and pixels between pixels. Internal to compose.
#pragma once

#include <algorithm>
#include <cstring>

#include "sakuga/media/image.h"

namespace sakuga::compose {

// A pixel as one register (GCC and Clang).
using Four = float __attribute__((vector_size(16)));

inline Four load(const media::Rgba& pixel) {
  Four four;
  std::memcpy(&four, &pixel, sizeof four);
  return four;
}

inline void store(media::Rgba& pixel, Four four) {
  std::memcpy(static_cast<void*>(&pixel), &four, sizeof four);
}

inline Four clamped(Four v, float least, float most) {
  const Four low = {least, least, least, least}, high = {most, most, most, most};
  v = v < low ? low : v;
  return v > high ? high : v;
}

// std::clamp() gives references, which keeps loops from being vectorised.
inline float clamped(float v, float least, float most) {
  v = v < least ? least : v;
  return v > most ? most : v;
}

// `image` between its pixels by Keys' cubic (a = -0.5); the border is repeated.
inline Four sample_cubic(const media::Image& image, float x, float y) {
  x = std::clamp(x, 0.0f, float(image.width - 1));
  y = std::clamp(y, 0.0f, float(image.height - 1));
  const int left = int(x), top = int(y);
  const float f = x - float(left), g = y - float(top);
  const auto weights = [](float t, float* w) {
    const float t2 = t * t, t3 = t2 * t;
    w[0] = -0.6f * t + 1.2f * t2 + -0.6f * t3;
    w[1] = 1 + -2.4f * t2 + 1.4f * t3;
    w[2] = 0.6f * t + 1.8f * t2 + -1.4f * t3;
    w[3] = -0.6f * t2 + 0.6f * t3;
  };
  float wx[4], wy[4];
  weights(f, wx);
  weights(g, wy);
  Four sum = {0, 0, 0, 0};
  const bool inside = left >= 1 && top >= 1 && left + 2 < image.width && top + 2 < image.height;
  for (int j = 0; j < 4; ++j) {
    const int row = inside ? top - 1 + j : std::clamp(top - 1 + j, 0, image.height - 1);
    const media::Rgba* p = image.pixels.data() + size_t(row) * image.width;
    Four line = {0, 0, 0, 0};
    if (inside) {
      p += left - 1;
      line = wx[0] * load(p[0]) + wx[1] * load(p[1]) + wx[2] * load(p[2]) + wx[3] * load(p[3]);
    } else {
      for (int i = 0; i < 4; ++i) line += wx[i] * load(p[std::clamp(left - 1 + i, 0, image.width - 1)]);
    }
    sum += wy[j] * line;
  }
  return sum;
}

}  // namespace sakuga::compose
