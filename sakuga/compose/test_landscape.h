// The picture that the tests of the painter share: a sky with a cloud, a hill and a noisy meadow.
#pragma once

#include <algorithm>
#include <cmath>

#include "sakuga/media/image.h"

namespace sakuga::compose {

// 1 to 4 channels; alpha is 255 on the left half and 128 on the right.
inline media::Image8 landscape(int width, int height, int channels = 3) {
  media::Image8 photo(width, height, channels);
  uint32_t state = 1;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      state = state * 1664525 + 1013904223;
      const int noise = int(state >> 27) - 16;
      const double u = double(x) / width, v = double(y) / height;
      int r = 90 + int(100 * v), g = 150 + int(70 * v), b = 230;
      if (std::hypot((u - 0.3) * 2, (v - 0.2) * 5) < 0.3) r = g = b = 245;
      if (v > 0.55 - 0.2 * u) r = 70, g = 90, b = 110;
      if (v > 0.7) r = 60 + 2 * noise, g = 120 + 3 * noise, b = 40 + noise;
      const int colour[4] = {r, g, b, x < width / 2 ? 255 : 128};
      for (int c = 0; c < channels; ++c)
        photo.at(x, y)[c] = uint8_t(std::clamp(channels == 2 && c == 1 ? colour[3] : colour[c], 0, 255));
    }
  return photo;
}

}  // namespace sakuga::compose
