#include "sakuga/models/keyframe_input.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sakuga::models {
namespace {

constexpr int kMaps = 3 + kKeyframeFeatures;  // That are copied.
constexpr int kLargeFills = 3;                // The first of them among the features.
static_assert(4 * (kMaps + kKeyframeTones) + kKeyframeExtras == kKeyframeInputs);

void add_tones(float red, float green, float blue, float* tones) {
  const float lightness = 0.299f * red + 0.587f * green + 0.114f * blue;
  const float place = 0.5f * (kKeyframeTones - 1) * (lightness + 1);
  if (!(place > -1 && place < kKeyframeTones)) return;
  const int below = int(std::floor(place));
  const float above = place - float(below);
  if (below >= 0) tones[4 * below] = 1 - above;
  if (below + 1 < kKeyframeTones) tones[4 * (below + 1)] = above;
}

}  // namespace

void keyframe_input(const float* picture, const float* features, const float* extras, int height, int width,
                    int step, float* out) {
  const size_t count = size_t(height) * size_t(width);
  const int half_width = width / 2, half_height = height / 2;
  const float* maps[kMaps];
  for (int c = 0; c < 3; ++c) maps[c] = picture + size_t(c) * count;
  for (int c = 3; c < kMaps; ++c) maps[c] = features + size_t(c - 3) * count;
  const float* const* fills = maps + 3 + kLargeFills;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < half_height; ++y)
    for (int x = 0; x < half_width; ++x) {
      const size_t half = size_t(y) * size_t(half_width) + size_t(x);
      float* values = out + half * size_t(step);
      std::fill_n(values, kKeyframeChannels, 0.0f);
      for (int part = 0; part < 4; ++part) {
        const size_t at = size_t(2 * y + part / 2) * size_t(width) + size_t(2 * x + part % 2);
        for (int c = 0; c < kMaps; ++c) values[4 * c + part] = maps[c][at];
        add_tones(fills[0][at], fills[1][at], fills[2][at], values + 4 * kMaps + part);
      }
      for (int c = 0; c < kKeyframeExtras; ++c)
        values[kKeyframeInputs - kKeyframeExtras + c] =
            extras[size_t(c) * size_t(half_height) * size_t(half_width) + half];
    }
}

}  // namespace sakuga::models
