#include "sakuga/compose/grade.h"

#include <cmath>

#include "sakuga/compose/hex_colour.h"
#include "sakuga/compose/vectorise.h"
#include "sakuga/core/vector_math.h"

namespace sakuga::compose {
namespace {

constexpr float kGrey = 0.18f;

struct Grade {
  media::Rgba gain, shadows;
  float contrast, saturation;
};

// `count` pixels, premultiplied. Transparent ones are left alone.
SAKUGA_VECTORISE
void grade_row(media::Rgba* row, int count, const Grade& grade) {
  const auto gain = grade.gain, shadows = grade.shadows;
  const float contrast = grade.contrast, saturation = grade.saturation;
  const bool bends = contrast != 1;
  float* p = &row->r;
  for (int i = 0; i < count; ++i, p += 4) {
    const float a = p[3], whole = a > 0 ? 1 / a : 0;
    const float in[3] = {p[0] * whole * gain.r, p[1] * whole * gain.g, p[2] * whole * gain.b};
    float bent[3], out[3];
    for (int c = 0; c < 3; ++c) {
      // Below 1e-6 of white a colour is black to every eye; there the curve would leave its polynomial.
      const float power = kGrey * core::power((in[c] > 1e-6f ? in[c] : 1e-6f) * (1 / kGrey), contrast);
      bent[c] = bends && in[c] > 1e-6f ? power : in[c];
    }
    const float grey = 0.2126f * bent[0] + 0.7152f * bent[1] + 0.0722f * bent[2];
    const float shadow[3] = {shadows.r, shadows.g, shadows.b};
    for (int c = 0; c < 3; ++c) {
      const float value = grey + saturation * (bent[c] - grey), positive = value > 0 ? value : 0;
      out[c] = positive + shadow[c] * (1 - (positive < 1 ? positive : 1));
    }
    p[0] = a > 0 ? out[0] * a : p[0];
    p[1] = a > 0 ? out[1] * a : p[1];
    p[2] = a > 0 ? out[2] * a : p[2];
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
