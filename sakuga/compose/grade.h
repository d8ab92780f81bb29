// Colour grading of one layer, so that all layers stand in the same light.
#pragma once

#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct GradeOptions {
  double exposure = 0;  // Stops.
  double contrast = 1;  // Exponent about middle grey (0.18).
  double saturation = 1;
  std::string tint = "#ffffff";     // Light that falls on the layer: multiplied.
  std::string shadows = "#000000";  // Haze and bounce: added where it is dark.
};

void visit_fields(GradeOptions& options, auto&& visit) {
  using core::Field;
  visit("exposure", options.exposure, Field{.help = "stops", .min = -20, .max = 20});
  visit("contrast", options.contrast, Field{.help = "about middle grey", .min = 0.05, .max = 10});
  visit("saturation", options.saturation, Field{.help = "colour", .min = 0, .max = 10});
  visit("tint", options.tint, Field{.help = "light on the layer, #rrggbb"});
  visit("shadows", options.shadows, Field{.help = "light in its darks, #rrggbb"});
}

// `picture` (premultiplied, linear) graded: exposure and tint, contrast, saturation, shadows. Alpha stays;
// the default options return the picture. Throws Error(BadRequest) for a colour that is none.
media::Image graded(media::Image picture, const GradeOptions& options);

}  // namespace sakuga::compose
