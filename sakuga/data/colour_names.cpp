#include "sakuga/data/colour_names.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

namespace sakuga::data {
namespace {

struct Named {
  const char* name;
  uint32_t rgb;
};

// A name covers a region, so some have several points: bright and dark blonde are far apart.
constexpr Named kHair[] = {
    {"blonde", 0xf0d890}, {"blonde", 0xd8b468}, {"blonde", 0xb8985c}, {"brown", 0x8a5a38},
    {"brown", 0x5c3a24},  {"brown", 0xa06830},  {"brown", 0x705038},  {"brown", 0xa86018},
    {"black", 0x181414},  {"black", 0x282424},  {"blue", 0x3c5cb8},   {"blue", 0x6c90d8},
    {"blue", 0x283c78},   {"pink", 0xe898b0},   {"pink", 0xf0b8cc},   {"pink", 0xd86c98},
    {"purple", 0x7c4c9c}, {"purple", 0x583068}, {"purple", 0xa484c8}, {"green", 0x58a850},
    {"green", 0x347040},  {"green", 0x98c888},  {"red", 0xb83028},    {"red", 0x8c2020},
    {"silver", 0xc4c8d0}, {"white", 0xf4f4f4},  {"orange", 0xd87830}, {"orange", 0xe89848},
    {"aqua", 0x80c8cc},   {"aqua", 0x48b0b8},   {"grey", 0xa8a8a8},   {"grey", 0x888888},
    {"grey", 0x606060},
};
constexpr Named kSkin[] = {
    {"white", 0xffffff}, {"pale", 0xf4dcc4}, {"pale", 0xf2d0b0},  {"tan", 0xe0a878},
    {"tan", 0xc89070},   {"tan", 0xb88860},  {"brown", 0xa06840}, {"brown", 0x985020},
    {"dark", 0x783c08},  {"dark", 0x704020}, {"dark", 0x583020},  {"dark", 0x381c10},
};

struct Lab {
  double l, a, b;
};

double linear(uint32_t byte) {
  const double c = byte / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

double lab_curve(double t) {
  return t > 216.0 / 24389 ? std::cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}

// CIELAB of an sRGB colour, white point D65.
Lab to_lab(uint32_t rgb) {
  const double r = linear(rgb >> 16), g = linear(rgb >> 8 & 255), b = linear(rgb & 255);
  const double x = lab_curve((0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.95047);
  const double y = lab_curve(0.2126 * r + 0.7152 * g + 0.0722 * b);
  const double z = lab_curve((0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

}  // namespace

std::optional<std::string> colour_name(const std::string& text, Palette palette) {
  if (text.size() != 7 || text[0] != '#') return std::nullopt;
  if (text.find_first_not_of("0123456789abcdefABCDEF", 1) != std::string::npos) return std::nullopt;
  const Lab wanted = to_lab(static_cast<uint32_t>(std::stoul(text.substr(1), nullptr, 16)));
  const std::span<const Named> names = palette == Palette::Hair ? std::span<const Named>(kHair) : kSkin;
  const char* best = nullptr;
  double nearest = std::numeric_limits<double>::infinity();
  for (const auto& [name, rgb] : names) {
    const Lab lab = to_lab(rgb);
    const double distance = std::hypot(lab.l - wanted.l, lab.a - wanted.a, lab.b - wanted.b);
    if (distance < nearest) best = name, nearest = distance;
  }
  return best;
}

}  // namespace sakuga::data
