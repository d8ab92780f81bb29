#include "sakuga/compose/grade.h"

#include <cmath>

#include "sakuga/compose/hex_colour.h"
#include "sakuga/core/vector_math.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr float kGrey = 0.18f;

struct Grade {
  media::Rgba gain, shadows;
  float contrast, saturation;
};

// value^contrast about middle grey. Below 1e-6 of white a colour is black to every eye; there the curve would
// leave its polynomial.
__attribute__((always_inline)) inline float bent(float value, float contrast) {
  const float power = kGrey * core::power(core::select(value > 1e-6f, value, 1e-6f) * (1 / kGrey), contrast);
  return core::select(value > 1e-6f, power, value);
}

__attribute__((always_inline)) inline float with_shadow(float value, float shadow) {
  const float positive = core::select(value > 0, value, 0);
  return positive + shadow * (1 - core::select(positive < 1, positive, 1));
}

// `count` pixels, premultiplied. Transparent ones are left alone.
SAKUGA_VECTORISE
void grade_row(media::Rgba* row, int count, const Grade& grade) {
  const auto gain = grade.gain, shadows = grade.shadows;
  const float contrast = grade.contrast, saturation = grade.saturation;
  float* p = &row->r;
  for (int i = 0; i < count; ++i) {
    const float red = p[4 * i], green = p[4 * i + 1], blue = p[4 * i + 2], a = p[4 * i + 3];
    const float whole = 1 / core::select(a > 0, a, 1);
    const float r = bent(red * whole * gain.r, contrast), g = bent(green * whole * gain.g, contrast),
                b = bent(blue * whole * gain.b, contrast);
    const float grey = 0.2126f * r + 0.7152f * g + 0.0722f * b;
    p[4 * i] = core::select(a > 0, a * with_shadow(grey + saturation * (r - grey), shadows.r), red);
    p[4 * i + 1] = core::select(a > 0, a * with_shadow(grey + saturation * (g - grey), shadows.g), green);
    p[4 * i + 2] = core::select(a > 0, a * with_shadow(grey + saturation * (b - grey), shadows.b), blue);
    p[4 * i + 3] = a;
  }
}

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
#pragma omp parallel for schedule(static)
  for (int y = 0; y < picture.height; ++y)
    grade_row(picture.pixels.data() + size_t(y) * size_t(picture.width), picture.width, grade);
  return picture;
}

}  // namespace sakuga::compose
