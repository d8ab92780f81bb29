// Antialiased resizing.
#pragma once

#include "sakuga/media/image.h"

namespace sakuga::media {

// Bicubic has a = -0.5; Bilinear is the triangle. As in Pillow, a filter's support grows with the factor
// of reduction, which keeps fine lines from flickering and fits what metrics' protocols assume.
enum class Filter { Lanczos3, Bicubic, Box, Bilinear };

// `image` at width x height, both at least 1, horizontally first, rounded to 8 bits between the passes
// as Pillow does. Alpha weighs the colours, so transparent pixels do not bleed. Works on the sRGB values.
// Throws Error(BadRequest) for an empty picture or size.
Image8 resize(const Image8& image, int width, int height, Filter filter = Filter::Lanczos3);

}  // namespace sakuga::media
