// Blend modes: how the colours of two layers meet where both are.
//
// The formulas are those of PDF and the W3C ("Compositing and Blending Level 1"): with cs, cb the colours
// without alpha,  co = as (1 - ab) cs + ab (1 - as) cb + as ab B(cb, cs),  ao = as + ab - as ab.
// "add" adds light: co = as cs + ab cb, ao clamped to 1. They work in linear light, where multiply is a
// filter and screen and add are light; a painting program that blends sRGB values looks different.
// Formulas made for [0, 1] leave film values alone: screen takes the larger of two colours if one is above 1
// (as Nuke does), the others clamp what they look up, not what they let through.
#pragma once

#include <string>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

enum class BlendMode {
  Normal,
  Multiply,
  Screen,
  Overlay,
  Darken,
  Lighten,
  ColorDodge,
  ColorBurn,
  HardLight,
  SoftLight,
  Difference,
  Exclusion,
  Add,
};

// "normal", "multiply", ... "color-dodge", ... in the order of the enumeration.
const std::vector<std::string>& blend_mode_names();

// Throws Error(BadRequest) naming the nearest mode.
BlendMode blend_mode_from_name(const std::string& name);

// B(backdrop, source) of one channel, colours without alpha.
float blend_channel(BlendMode mode, float backdrop, float source);

// `front`, weakened to `opacity` (0 to 1), on `back`, both premultiplied, linear and of one size; so is the
// result. Normal at opacity 1 is over(). Throws Error(BadRequest) otherwise.
media::Image blended(const media::Image& front, media::Image back, BlendMode mode, float opacity = 1);

}  // namespace sakuga::compose
