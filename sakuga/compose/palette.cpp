#include "sakuga/compose/palette.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"

namespace sakuga::compose {
namespace {

constexpr int kSide = 33;

// 1 at `hue` (radians in the a,b plane), falling to 0 at `width` from it.
float near_hue(const cv::Vec3f& lab, float hue, float width) {
  float distance = std::abs(std::atan2(lab[2], lab[1]) - hue);
  if (distance > float(CV_PI)) distance = float(2 * CV_PI) - distance;
  return 1 - smooth_step(0, width, distance);
}

constexpr float kOlive = 1.9f, kGreen = 2.2f, kBlue = -1.85f;

// Gain that flattens out, so that what is vivid already does not burn.
void saturate(cv::Vec3f& lab, float gain) {
  const float chroma = std::hypot(lab[1], lab[2]);
  if (chroma < 1e-5f) return;
  constexpr float kMost = 0.30f;
  const float wanted = gain <= 1 ? chroma * gain : chroma * gain / (1 + (gain - 1) * chroma / kMost);
  lab[1] *= wanted / chroma;
  lab[2] *= wanted / chroma;
}

float contrasted(float lightness, float turn, float amount) {
  const float t = std::clamp(lightness, 0.0f, 1.0f);
  // A power to either side of the turning point; both meet there with the same slope.
  const float power = std::exp2(amount);
  return t < turn ? turn * std::pow(t / turn, power) : 1 - (1 - turn) * std::pow((1 - t) / (1 - turn), power);
}

}  // namespace

ColourTable::ColourTable(const std::function<cv::Vec3f(const cv::Vec3f&)>& function)
    : table_(size_t(kSide) * kSide * kSide) {
  constexpr float kStep = 1.0f / (kSide - 1);
#pragma omp parallel for schedule(static)
  for (int r = 0; r < kSide; ++r)
    for (int g = 0; g < kSide; ++g)
      for (int b = 0; b < kSide; ++b)
        table_[(size_t(r) * kSide + g) * kSide + b] = function({r * kStep, g * kStep, b * kStep});
}

cv::Vec3f ColourTable::operator()(const cv::Vec3f& colour) const {
  int cell[3];
  float part[3];
  for (int c = 0; c < 3; ++c) {
    const float at = std::clamp(colour[c], 0.0f, 1.0f) * (kSide - 1);
    cell[c] = std::min(static_cast<int>(at), kSide - 2);
    part[c] = at - float(cell[c]);
  }
  const auto edge = [&](int r, int g) {
    const cv::Vec3f* p = &table_[(size_t(cell[0] + r) * kSide + cell[1] + g) * kSide + cell[2]];
    return p[0] * (1 - part[2]) + p[1] * part[2];
  };
  const cv::Vec3f near = edge(0, 0) * (1 - part[1]) + edge(0, 1) * part[1];
  const cv::Vec3f far = edge(1, 0) * (1 - part[1]) + edge(1, 1) * part[1];
  return near * (1 - part[0]) + far * part[0];
}

ColourTable ground_palette(const PaletteOptions& options, float mean_lightness) {
  const auto saturation = float(options.saturation), warmth = float(options.warmth),
             lift = float(options.lift);
  // A power of lightness that brings the mean to kMiddle.
  constexpr float kMiddle = 0.58f;
  const float mean = std::clamp(mean_lightness, 0.2f, 0.9f);
  const float power = std::pow(std::log(kMiddle) / std::log(mean), float(options.exposure));
  const float turn = std::clamp(std::pow(mean, power), 0.35f, 0.7f);
  return ColourTable([=](const cv::Vec3f& srgb) {
    cv::Vec3f lab = oklab_of(srgb);
    lab[0] = std::pow(std::max(lab[0], 0.0f), power);
    lab[0] = contrasted(lab[0], turn, float(options.contrast));
    lab[0] += lift * 0.22f * (1 - smooth_step(0.05f, 0.6f, lab[0]));
    const float green = near_hue(lab, kGreen, 0.8f), blue = near_hue(lab, kBlue, 0.8f);
    saturate(lab, 1 + (saturation - 1) * (1 + 0.35f * std::max(green, blue)));
    // Leaves: yellow where the light falls on them, blue-green in the shade.
    const float chroma = std::hypot(lab[1], lab[2]);
    const float lit = smooth_step(0.35f, 0.75f, lab[0]) - 0.5f;
    // Olive of dry grass and of cameras goes towards fresh green.
    const float olive = near_hue(lab, kOlive, 0.35f);
    const float turned = smooth_step(0.02f, 0.08f, chroma) * warmth * (0.16f * olive - 0.45f * green * lit);
    const float c = std::cos(turned), s = std::sin(turned);
    lab = {lab[0], c * lab[1] - s * lab[2], s * lab[1] + c * lab[2]};
    const float light = smooth_step(0.55f, 0.95f, lab[0]), dark = 1 - smooth_step(0.1f, 0.5f, lab[0]);
    lab[1] += warmth * (0.010f * light + 0.012f * dark);
    lab[2] += warmth * (0.028f * light * (1 - smooth_step(0.93f, 1.0f, lab[0])) - 0.040f * dark);
    return srgb_of(lab);
  });
}

ColourTable sky_palette(const PaletteOptions& options) {
  const auto saturation = float(options.saturation), warmth = float(options.warmth);
  return ColourTable([=](const cv::Vec3f& srgb) {
    cv::Vec3f lab = oklab_of(srgb);
    const float chroma = std::hypot(lab[1], lab[2]);
    const float blue = near_hue(lab, kBlue, 1.0f) * smooth_step(0.015f, 0.06f, chroma);
    saturate(lab, 1 + (saturation - 1) * (0.9f + 0.8f * blue));
    // Towards the azure of a clear day: less violet, a little lighter where it is pale.
    lab[1] -= 0.022f * blue * warmth;
    lab[0] += 0.03f * blue * warmth;
    // Grey of clouds: violet below, cream above.
    const float grey = 1 - smooth_step(0.01f, 0.05f, chroma);
    const float shade = grey * (1 - smooth_step(0.6f, 0.92f, lab[0]));
    lab[1] += warmth * 0.012f * shade;
    lab[2] -= warmth * 0.045f * shade;
    lab[2] += warmth * 0.016f * grey * smooth_step(0.85f, 0.97f, lab[0]);
    return srgb_of(lab);
  });
}

}  // namespace sakuga::compose
