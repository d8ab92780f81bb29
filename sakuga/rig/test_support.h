// Small things that the rig's tests share.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>

#include "sakuga/rig/artist.h"
#include "sakuga/rig/random.h"

namespace sakuga::rig {

inline constexpr PictureOptions kSmall = {.size = 96};

// A girl from the front with long brown hair and blue eyes.
inline Character plain() {
  return Character{};
}

// Mean absolute difference of the premultiplied channels, 0 to 255.
inline double difference(const media::Image8& a, const media::Image8& b) {
  double sum = 0;
  for (size_t i = 0; i < a.bytes.size(); i += 4) {
    const double u = a.bytes[i + 3] / 255.0, v = b.bytes[i + 3] / 255.0;
    for (size_t c = 0; c < 3; ++c) sum += std::abs(a.bytes[i + c] * u - b.bytes[i + c] * v);
    sum += std::abs(a.bytes[i + 3] - b.bytes[i + 3]);
  }
  return sum / double(a.bytes.size());
}

// The mean colour of a part's fills, each 0 to 255.
inline std::array<double, 3> mean_colour(const std::vector<Layer>& layers, Part part,
                                         Role role = Role::Fill) {
  std::array<double, 3> sum = {};
  double weight = 0;
  for (const Layer& layer : layers) {
    if (layer.part != part || layer.role != role) continue;
    for (size_t i = 0; i < layer.image.bytes.size(); i += 4) {
      const double alpha = layer.image.bytes[i + 3];
      for (size_t c = 0; c < 3; ++c) sum[c] += layer.image.bytes[i + c] * alpha;
      weight += alpha;
    }
  }
  for (double& value : sum) value /= std::max(1.0, weight);
  return sum;
}

// The area of a part in pixels.
inline double area(const std::vector<Layer>& layers, Part part) {
  double sum = 0;
  for (const Layer& layer : layers) {
    if (layer.part != part) continue;
    for (size_t i = 3; i < layer.image.bytes.size(); i += 4) sum += layer.image.bytes[i] / 255.0;
  }
  return sum;
}

}  // namespace sakuga::rig
