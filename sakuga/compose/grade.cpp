#include "sakuga/compose/grade.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/hex_colour.h"

namespace sakuga::compose {
namespace {

constexpr float kGrey = 0.18f;

struct Grade {
  media::Rgba gain, shadows;
  float contrast, saturation;

  float bent(float value) const {
    return contrast == 1 || value <= 0 ? value : kGrey * std::pow(value / kGrey, contrast);
  }

  // Of a colour without alpha.
  media::Rgba operator()(const media::Rgba& p) const {
    const float r = bent(p.r * gain.r), g = bent(p.g * gain.g), b = bent(p.b * gain.b);
    const float grey = 0.2126f * r + 0.7152f * g + 0.0722f * b;
    const auto finished = [&](float value, float shadow) {
      value = std::max(0.0f, grey + saturation * (value - grey));
      return value + shadow * (1 - std::min(1.0f, value));
    };
    return {finished(r, shadows.r), finished(g, shadows.g), finished(b, shadows.b), p.a};
  }
};

bool does_nothing(const GradeOptions& o) {
  const GradeOptions none;
  return o.exposure == none.exposure && o.contrast == none.contrast && o.saturation == none.saturation &&
         o.tint == none.tint && o.shadows == none.shadows;
}

}  // namespace

media::Image graded(media::Image picture, const GradeOptions& options) {
  if (does_nothing(options)) return picture;
  const auto tint = linear_colour("grade tint", options.tint);
  const float stops = float(std::exp2(options.exposure));
  const Grade grade = {.gain = {tint.r * stops, tint.g * stops, tint.b * stops, 1},
                       .shadows = linear_colour("grade shadows", options.shadows),
                       .contrast = float(options.contrast),
                       .saturation = float(options.saturation)};
  const int count = int(picture.pixels.size());
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    auto& p = picture.pixels[i];
    if (p.a <= 0) continue;
    const auto q = grade({p.r / p.a, p.g / p.a, p.b / p.a, p.a});
    p = {q.r * p.a, q.g * p.a, q.b * p.a, p.a};
  }
  return picture;
}

}  // namespace sakuga::compose
