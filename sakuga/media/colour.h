// The sRGB transfer curve (IEC 61966-2-1), and the two kinds of picture from one another.
#pragma once

#include <span>

#include "sakuga/media/image.h"

namespace sakuga::media {

// Both continue below 0 by symmetry and above 1, so that film values survive the way there and back.
float srgb_to_linear(float value);
float linear_to_srgb(float value);

// The same for many values in place: within 3e-6 of those, relatively, and many times as fast.
void srgb_to_linear(std::span<float> values);
void linear_to_srgb(std::span<float> values);

// The same picture with its colours in the other transfer; alpha is left alone.
Image converted(Image image, Transfer transfer);

// RGBA, rounded, clamped to [0, 1], NaN as 0; linear pictures are converted to sRGB.
Image8 to_image8(const Image& image);

// Grey becomes equal colours; without alpha a is 1. The transfer is sRGB.
Image to_image(const Image8& image);

}  // namespace sakuga::media
