// Rim light: a band of light along those edges of a figure that face a lamp.
#pragma once

#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct RimLightOptions {
  double strength = 0;  // 0 is off.
  std::string colour = "#ffd9a0";
  double x = 0, y = 0;    // The lamp, in pixels of the frame; it may lie outside.
  double width = 5;       // Pixels; the band is thinner where the edge turns away.
  double softness = 0.4;  // 0: a hard band, as painted on cels; 1: fading across its width.
};

void visit_fields(RimLightOptions& options, auto&& visit) {
  using core::Field;
  visit("strength", options.strength, Field{.help = "light added, 0 is off", .min = 0, .max = 10});
  visit("colour", options.colour, Field{.help = "colour of the light, #rrggbb"});
  visit("x", options.x, Field{.help = "the lamp in pixels of the frame", .min = -1e6, .max = 1e6});
  visit("y", options.y, Field{.help = "the lamp in pixels of the frame", .min = -1e6, .max = 1e6});
  visit("width", options.width, Field{.help = "width of the band in pixels", .min = 0.25, .max = 200});
  visit("softness", options.softness, Field{.help = "0 hard, 1 fading", .min = 0, .max = 1});
}

// `figure` (premultiplied, linear) lit. Alpha stays. Throws Error(BadRequest) for a colour that is none.
media::Image rim_lit(media::Image figure, const RimLightOptions& options);

}  // namespace sakuga::compose
