// Plates that the tests of the keyer share.
#pragma once

#include <algorithm>
#include <cmath>

#include "sakuga/compose/synthetic_plate.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {

// A disc of one colour with a soft rim: straight alpha, linear light.
inline media::Image disc(int size, media::Rgba colour) {
  media::Image image(size, size, media::Transfer::Linear);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      const float far = std::hypot(float(x) + 0.5f - float(size) / 2, float(y) + 0.5f - float(size) / 2);
      colour.a = std::clamp(float(size) / 2 - far, 0.0f, 1.0f);
      image.pixels[size_t(y) * size + x] = colour;
    }
  return image;
}

inline const media::Rgba kSkin = {0.55f, 0.30f, 0.20f, 1};

// A disc before a screen that falls off by three stops, with noise.
inline SyntheticPlate disc_plate(const std::string& screen, media::Rgba colour = kSkin, double spill = 0) {
  return SyntheticPlate({disc(96, colour)}, {.width = 240,
                                             .height = 160,
                                             .screen = screen,
                                             .spill = spill,
                                             .figure = 0.6,
                                             .sway = 0.1,
                                             .shutter = 0});
}

inline media::Image flat(int width, int height, media::Rgba colour) {
  media::Image image(width, height, media::Transfer::Linear);
  std::fill(image.pixels.begin(), image.pixels.end(), colour);
  return image;
}

}  // namespace sakuga::compose
