// A picture as three planes of linear light, which loops over whole frames run through faster than over
// interleaved pixels. Internal to the keyer.
#pragma once

#include <span>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

struct LinearPlanes {
  int width = 0, height = 0;
  std::vector<float> r, g, b;  // height * width each, linear light.
};

// Fills `planes`, whose memory is used again. The sRGB curve is within 1e-6 of media::srgb_to_linear.
void to_planes(const media::Image& image, LinearPlanes& planes);

// The sRGB curve decoded in place.
void decode_srgb(std::span<float> values);

// Chroma of linear light, BT.709 primaries: Y = luma, Cb = (B - Y) / 1.8556, Cr = (R - Y) / 1.5748.
struct Chroma {
  float y, cb, cr;
};

inline Chroma chroma_of(float r, float g, float b) {
  const float y = 0.2126f * r + 0.7152f * g + 0.0722f * b;
  return {y, (b - y) * (1 / 1.8556f), (r - y) * (1 / 1.5748f)};
}

}  // namespace sakuga::compose
