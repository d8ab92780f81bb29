#include "sakuga/compose/hours.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"

namespace sakuga::compose {
namespace {

cv::Vec3f hex(uint32_t rgb) {
  return {float(rgb >> 16 & 255) / 255, float(rgb >> 8 & 255) / 255, float(rgb & 255) / 255};
}

const std::array<Hour, 4>& hours() {
  static const std::array<Hour, 4> table = {{
      {"dawn",
       {300, 8},
       hex(0x6E8FC4),
       hex(0xC7B8D6),
       hex(0xFFD9B8),
       hex(0xFFE9D6),
       hex(0xB79CC0),
       hex(0xFFD8B4),
       hex(0x5A5C94),
       0.92f,
       0.85f,
       0.55f},
      {"day",
       {40, 55},
       hex(0x2F7FDB),
       hex(0x6DB6EE),
       hex(0xCDEBF7),
       hex(0xFFFFFF),
       hex(0xA9BBDD),
       hex(0xFFF6DC),
       hex(0x46609C),
       1.04f,
       1.08f,
       0.25f},
      {"dusk",
       {330, 6},
       hex(0x35407F),
       hex(0xB0608A),
       hex(0xFFA45C),
       hex(0xFFC08A),
       hex(0x74496F),
       hex(0xFF9A58),
       hex(0x3C2F66),
       0.78f,
       0.95f,
       0.75f},
      {"night",
       {30, 40},
       hex(0x0A1233),
       hex(0x1B2B5E),
       hex(0x3E5A8C),
       hex(0x7C94BE),
       hex(0x1E2A50),
       hex(0x8AA6D8),
       hex(0x0C1638),
       0.48f,
       0.55f,
       0.75f},
  }};
  return table;
}

}  // namespace

const Hour* hour_named(const std::string& name) {
  for (const Hour& hour : hours())
    if (hour.name == name) return &hour;
  return nullptr;
}

cv::Vec3f sky_at(const Hour& hour, float height) {
  const cv::Vec3f a = oklab_of(hour.zenith), b = oklab_of(hour.middle), c = oklab_of(hour.horizon);
  const float t = std::clamp(height, 0.0f, 1.0f);
  return srgb_of(t < 0.55f
                     ? blend(a, b, smooth_step(-0.25f, 0.60f, t))
                     : blend(blend(a, b, smooth_step(-0.25f, 0.60f, t)), c, smooth_step(0.5f, 1.02f, t)));
}

ColourTable ground_at(const Hour& hour, float mean_lightness) {
  const cv::Vec3f light = oklab_of(hour.light), shadow = oklab_of(hour.shadow);
  const float middle = std::clamp(mean_lightness, 0.3f, 0.7f);
  return ColourTable([=](const cv::Vec3f& srgb) {
    const cv::Vec3f lab = oklab_of(srgb);
    // Lamps and lit windows, bright and warm, keep their own light when all grows dark.
    const float lamp =
        hour.brightness < 0.6f ? smooth_step(0.78f, 0.92f, lab[0]) * smooth_step(0.07f, 0.13f, lab[2]) : 0.0f;
    const float lit = smooth_step(middle - 0.3f, middle + 0.3f, lab[0]);
    const cv::Vec3f turned = blend(shadow, light, lit);
    cv::Vec3f result(lab[0] * hour.brightness, lab[1] * hour.saturation, lab[2] * hour.saturation);
    // The turn is weakest in black, which has no colour to show.
    const float turn = 0.55f * hour.tint * smooth_step(0.0f, 0.25f, lab[0]);
    result[0] = blend(result[0], result[0] * (0.8f + 0.4f * lit) + 0.02f * (1 - lit), hour.tint);
    result[1] += turn * (turned[1] - result[1] * 0.6f);
    result[2] += turn * (turned[2] - result[2] * 0.6f);
    return srgb_of(blend(result, lab, lamp));
  });
}

}  // namespace sakuga::compose
