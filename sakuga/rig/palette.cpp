#include "sakuga/rig/palette.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace sakuga::rig {
namespace {

struct Hsl {
  double hue, saturation, lightness;
};

Hsl to_hsl(Colour c) {
  const double high = std::max({c.r, c.g, c.b}), low = std::min({c.r, c.g, c.b}), range = high - low;
  const double lightness = (high + low) / 2;
  if (range < 1e-9) return {0, 0, lightness};
  const double saturation = range / (1 - std::abs(2 * lightness - 1));
  double hue = high == c.r   ? (c.g - c.b) / range
               : high == c.g ? (c.b - c.r) / range + 2
                             : (c.r - c.g) / range + 4;
  hue /= 6;
  return {hue - std::floor(hue), std::min(1.0, saturation), lightness};
}

Colour from_hsl(Hsl c) {
  return hsl(c.hue, std::clamp(c.saturation, 0.0, 1.0), std::clamp(c.lightness, 0.0, 1.0));
}

Colour rgb(int code) {
  return {.r = (code >> 16 & 255) / 255.0, .g = (code >> 8 & 255) / 255.0, .b = (code & 255) / 255.0};
}

Colour multiply(Colour a, Colour b) {
  return {a.r * b.r, a.g * b.g, a.b * b.b, a.a};
}

// Shadows go darker, richer and a little towards violet-blue; lines much darker and warm.
Ink ink(Colour base, double depth, Colour tint) {
  const Hsl c = to_hsl(base);
  // The chroma grows, not the saturation, which would paint white hair's shadows blue.
  const double chroma = (1 - std::abs(2 * c.lightness - 1)) * c.saturation;
  const auto step = [&](double dark) {
    const double level = c.lightness * (1 - 0.42 * dark), room = 1 - std::abs(2 * level - 1);
    const Colour plain = from_hsl({c.hue, chroma * (1 + 0.8 * dark) / std::max(0.05, room), level});
    return mix(plain, multiply(base, tint), 0.45 * dark);
  };
  const double lightness = c.lightness;
  return {.base = base,
          .shade = step(0.55 * depth + 0.15),
          .deep = step(0.95 * depth + 0.25),
          .light = mix(from_hsl({c.hue, c.saturation, lightness + 0.55 * (1 - lightness)}), {1, 1, 1}, 0.25),
          .line = mix(multiply(from_hsl({c.hue, c.saturation * (1 - 0.4 * lightness), lightness}),
                               {0.44, 0.38, 0.43}),
                      {0.16, 0.09, 0.12}, 0.25)};
}

const std::map<std::string, Colour>& hair_table() {
  static const std::map<std::string, Colour> table = {
      {"blonde", rgb(0xf5d088)}, {"brown", rgb(0x8a5a3c)},  {"black", rgb(0x35323f)},
      {"blue", rgb(0x4a69bd)},   {"pink", rgb(0xf3a3bd)},   {"purple", rgb(0x8c6bb8)},
      {"green", rgb(0x55a873)},  {"red", rgb(0xb5383f)},    {"silver", rgb(0xc6cbdb)},
      {"white", rgb(0xf2f0f2)},  {"orange", rgb(0xe8884a)}, {"aqua", rgb(0x79cfd6)},
      {"grey", rgb(0x86868c)}};
  return table;
}

const std::map<std::string, Colour>& eye_table() {
  static const std::map<std::string, Colour> table = {{"blue", rgb(0x3a7fd0)},   {"red", rgb(0xc8303a)},
                                                      {"brown", rgb(0x8a5430)},  {"green", rgb(0x3a9e5a)},
                                                      {"purple", rgb(0x8450b8)}, {"yellow", rgb(0xe0b030)},
                                                      {"pink", rgb(0xe56a9a)},   {"aqua", rgb(0x38b8bf)},
                                                      {"black", rgb(0x3a3640)},  {"orange", rgb(0xe07a28)}};
  return table;
}

struct Grade {
  Colour light, shadow;
  double saturation;
};

// What the time of the day does to every colour: lit parts times `light`, shadows times `shadow`.
Grade grade_of(const Light& light) {
  Grade grade = {{1, 1, 1}, {0.78, 0.74, 0.92}, 1};
  if (light.time == "dusk") grade = {{1.0, 0.90, 0.80}, {0.72, 0.56, 0.72}, 1.02};
  if (light.time == "night") grade = {{0.83, 0.85, 0.97}, {0.58, 0.60, 0.86}, 0.85};
  const double w = light.warmth;
  grade.light = multiply(grade.light, {1, 1 - 0.03 * std::abs(w), 1 - 0.10 * std::max(0.0, w)});
  grade.light.r *= 1 - 0.08 * std::max(0.0, -w);
  return grade;
}

Colour graded(Colour colour, const Grade& grade, double saturation) {
  Hsl c = to_hsl(colour);
  c.saturation *= grade.saturation * saturation;
  return multiply(from_hsl(c), grade.light);
}

Ink skin_ink(double tone, const Grade& grade, double depth, double saturation) {
  const Colour pale = rgb(0xfff0e6), middle = rgb(0xf8d6bc), dark = rgb(0xa86f4e);
  const Colour base = tone < 0.5 ? mix(pale, middle, tone * 2) : mix(middle, dark, tone * 2 - 1);
  const Colour shade_tint = mix(rgb(0xf5c3b0), rgb(0xc48a74), tone);
  Ink skin = ink(graded(base, grade, saturation), depth, grade.shadow);
  const Colour shadow = multiply(base, shade_tint);
  skin.shade = multiply(mix(base, shadow, 0.45 + 0.5 * depth), grade.light);
  skin.deep = multiply(mix(base, multiply(shadow, {0.90, 0.80, 0.86}), 0.55 + 0.5 * depth), grade.light);
  skin.line = multiply(mix(rgb(0x8a4a3e), rgb(0x4a261e), tone), grade.light);
  return skin;
}

}  // namespace

Colour hsl(double hue, double saturation, double lightness) {
  const double chroma = (1 - std::abs(2 * lightness - 1)) * saturation;
  const auto channel = [&](double shift) {
    double h = (hue + shift) * 6;
    h -= 6 * std::floor(h / 6);
    const double t = std::clamp(std::abs(h - 3) - 1, 0.0, 1.0);
    return lightness + chroma * (t - 0.5);
  };
  return {channel(0), channel(-1.0 / 3), channel(-2.0 / 3)};
}

Colour mix(Colour a, Colour b, double t) {
  return {lerp(a.r, b.r, t), lerp(a.g, b.g, t), lerp(a.b, b.b, t), lerp(a.a, b.a, t)};
}

Colour with_alpha(Colour colour, double alpha) {
  colour.a = alpha;
  return colour;
}

double luma(Colour c) {
  return 0.299 * c.r + 0.587 * c.g + 0.114 * c.b;
}

Colour named_hair(const std::string& name) {
  return hair_table().at(name);
}

Colour named_eye(const std::string& name) {
  return eye_table().at(name);
}

const std::vector<std::string>& hair_colours() {
  static const std::vector<std::string> names = {"blonde", "brown", "black", "blue",   "pink",
                                                 "purple", "green", "red",   "silver", "white",
                                                 "orange", "aqua",  "grey"};
  return names;
}

const std::vector<std::string>& eye_colours() {
  static const std::vector<std::string> names = {"blue",   "red",  "brown", "green", "purple",
                                                 "yellow", "pink", "aqua",  "black", "orange"};
  return names;
}

Palette palette_of(const Character& character) {
  const Design& design = character.design;
  const Grade grade = grade_of(character.light);
  const double depth = character.light.strength, saturation = character.era.saturation;
  Hsl hair = to_hsl(named_hair(design.hair_colour));
  hair.hue += 0.018 * design.hair_hue;
  hair.lightness *= 1 + 0.16 * design.hair_shade;
  hair.saturation *= 0.90;
  Hsl eye = to_hsl(named_eye(design.eye_colour));
  eye.lightness *= 1 + 0.15 * design.eye_shade;
  Palette palette;
  palette.skin = skin_ink(design.skin, grade, depth, saturation);
  palette.hair = ink(graded(from_hsl(hair), grade, saturation), depth, grade.shadow);
  palette.eye = ink(graded(from_hsl(eye), grade, 1), 1, grade.shadow);
  const double dark = design.clothes_light;
  const Colour clothes = hsl(design.clothes_hue, lerp(0.42, 0.5, dark), lerp(0.2, 0.86, dark));
  palette.clothes = ink(graded(clothes, grade, saturation), depth, grade.shadow);
  palette.accent = ink(graded(hsl(design.accent_hue, 0.7, 0.52), grade, saturation), depth, grade.shadow);
  palette.cloth_white = ink(graded(rgb(0xf6f5f7), grade, 1), depth, grade.shadow);
  const Colour deep_hair = from_hsl({hair.hue, std::min(0.5, hair.saturation * 0.6), 0.13});
  palette.lash = multiply(mix(rgb(0x2a1c1e), deep_hair, 0.45), grade.light);
  palette.white = graded(rgb(0xfdfdfe), grade, 1);
  palette.white_shade = graded(rgb(0xc9cbe0), grade, 1);
  palette.blush = graded(mix(rgb(0xf58a86), rgb(0xc8594a), design.skin), grade, 1);
  palette.mouth = graded(rgb(0xa8423f), grade, 1);
  palette.tongue = graded(rgb(0xea8a84), grade, 1);
  palette.lip = multiply(mix(rgb(0xa5544c), rgb(0x6a2e2a), design.skin), grade.light);
  return palette;
}

}  // namespace sakuga::rig
