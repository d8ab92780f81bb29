#include "sakuga/compose/blend.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/fields.h"

namespace sakuga::compose {
namespace {

float screen(float b, float s) {
  return b > 1 || s > 1 ? std::max(b, s) : b + s - b * s;
}

float hard_light(float b, float s) {
  return s <= 0.5f ? b * 2 * s : screen(b, std::min(2 * s - 1, 1.0f));
}

float color_dodge(float b, float s) {
  if (b <= 0) return b;
  return s >= 1 ? std::max(b, 1.0f) : std::max(b, std::min(1.0f, b / (1 - s)));
}

float color_burn(float b, float s) {
  if (b >= 1) return b;
  return s <= 0 ? 0 : 1 - std::min(1.0f, (1 - b) / s);
}

float soft_light(float b, float s) {
  s = std::clamp(s, 0.0f, 1.0f);
  if (s <= 0.5f) return b - (1 - 2 * s) * b * (1 - std::min(b, 1.0f));
  const float root = b <= 0.25f ? ((16 * b - 12) * b + 4) * b : std::sqrt(b);
  return b >= 1 ? b : b + (2 * s - 1) * (root - b);
}

// The mixed pixel of the general formula, from premultiplied colours.
media::Rgba mixed(BlendMode mode, const media::Rgba& f, const media::Rgba& b) {
  const float source = f.a > 0 ? 1 / f.a : 0, backdrop = b.a > 0 ? 1 / b.a : 0;
  const auto channel = [&](float cs, float cb) {
    return cs * (1 - b.a) + cb * (1 - f.a) + f.a * b.a * blend_channel(mode, cb * backdrop, cs * source);
  };
  return {channel(f.r, b.r), channel(f.g, b.g), channel(f.b, b.b), f.a + b.a - f.a * b.a};
}

media::Rgba met(BlendMode mode, const media::Rgba& f, const media::Rgba& b) {
  if (mode == BlendMode::Normal) {
    const float rest = 1 - f.a;
    return {f.r + b.r * rest, f.g + b.g * rest, f.b + b.b * rest, f.a + b.a * rest};
  }
  if (mode == BlendMode::Add) return {f.r + b.r, f.g + b.g, f.b + b.b, std::min(1.0f, f.a + b.a)};
  return mixed(mode, f, b);
}

}  // namespace

const std::vector<std::string>& blend_mode_names() {
  static const std::vector<std::string> names = {
      "normal",     "multiply",   "screen",     "overlay",    "darken",    "lighten", "color-dodge",
      "color-burn", "hard-light", "soft-light", "difference", "exclusion", "add"};
  return names;
}

BlendMode blend_mode_from_name(const std::string& name) {
  const auto& names = blend_mode_names();
  const auto found = std::find(names.begin(), names.end(), name);
  core::check_field("blend", name, core::Field{.choices = names});
  return BlendMode(found - names.begin());
}

float blend_channel(BlendMode mode, float b, float s) {
  switch (mode) {
    case BlendMode::Multiply:
      return b * s;
    case BlendMode::Screen:
      return screen(b, s);
    case BlendMode::Overlay:
      return hard_light(s, b);
    case BlendMode::Darken:
      return std::min(b, s);
    case BlendMode::Lighten:
      return std::max(b, s);
    case BlendMode::ColorDodge:
      return color_dodge(b, s);
    case BlendMode::ColorBurn:
      return color_burn(b, s);
    case BlendMode::HardLight:
      return hard_light(b, s);
    case BlendMode::SoftLight:
      return soft_light(b, s);
    case BlendMode::Difference:
      return std::abs(b - s);
    case BlendMode::Exclusion:
      return b + s - 2 * std::min(b, 1.0f) * std::min(s, 1.0f);
    case BlendMode::Add:
      return b + s;
    case BlendMode::Normal:
      break;
  }
  return s;
}

media::Image blended(const media::Image& front, media::Image back, BlendMode mode, float opacity) {
  if (front.width != back.width || front.height != back.height)
    core::fail(core::ErrorKind::BadRequest, "blend: expected pictures of one size, got {}x{} on {}x{}",
               front.width, front.height, back.width, back.height);
  if (front.transfer != media::Transfer::Linear || back.transfer != media::Transfer::Linear)
    core::fail(core::ErrorKind::BadRequest, "blend: expected pictures in linear light, got sRGB");
  if (!(opacity >= 0 && opacity <= 1))
    core::fail(core::ErrorKind::BadRequest, "blend: expected an opacity from 0 to 1, got {}", opacity);
  const int count = int(back.pixels.size());
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    const auto& f = front.pixels[i];
    const media::Rgba weak = {f.r * opacity, f.g * opacity, f.b * opacity, f.a * opacity};
    if (weak.a != 0 || weak.r != 0 || weak.g != 0 || weak.b != 0)
      back.pixels[i] = met(mode, weak, back.pixels[i]);
  }
  return back;
}

}  // namespace sakuga::compose
