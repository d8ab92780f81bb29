// The colours of a character under its light.
#pragma once

#include "sakuga/rig/design.h"
#include "sakuga/rig/drawing.h"

namespace sakuga::rig {

Colour hsl(double hue, double saturation, double lightness);  // Hue on the circle [0, 1), others [0, 1].
Colour mix(Colour a, Colour b, double t);
Colour with_alpha(Colour colour, double alpha);
double luma(Colour colour);

// A flat colour with what belongs to it in a cel.
struct Ink {
  Colour base, shade, deep, light, line;
};

struct Palette {
  Ink skin, hair, eye, clothes, accent, cloth_white;
  Colour lash, white, white_shade, blush, mouth, tongue, lip;
};

Palette palette_of(const Character& character);

// The middle colour of a named hair or eye colour, before shade and light.
Colour named_hair(const std::string& name);
Colour named_eye(const std::string& name);

}  // namespace sakuga::rig
