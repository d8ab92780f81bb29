// Small linear pictures for the tests of the layer operations.
#pragma once

#include "sakuga/core/rng.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

inline media::Rgba& at(media::Image& image, int x, int y) {
  return image.pixels[size_t(y) * image.width + x];
}
inline const media::Rgba& at(const media::Image& image, int x, int y) {
  return image.pixels[size_t(y) * image.width + x];
}

inline media::Image solid(int width, int height, media::Rgba colour) {
  media::Image image(width, height, media::Transfer::Linear);
  for (auto& p : image.pixels) p = colour;
  return image;
}

inline media::Image noisy(int width, int height) {
  media::Image image(width, height, media::Transfer::Linear);
  core::Rng rng(7);
  const auto next = [&rng] { return float(rng.uniform()); };
  for (auto& p : image.pixels) {
    p.a = next();
    p.r = next() * p.a;
    p.g = next() * p.a;
    p.b = next() * p.a;
  }
  return image;
}

// A white square on nothing: [x0, x1) x [y0, y1).
inline media::Image square(int width, int height, int x0, int y0, int x1, int y1,
                           media::Rgba colour = {1, 1, 1, 1}) {
  auto image = solid(width, height, {0, 0, 0, 0});
  for (int y = y0; y < y1; ++y)
    for (int x = x0; x < x1; ++x) at(image, x, y) = colour;
  return image;
}

}  // namespace sakuga::compose
