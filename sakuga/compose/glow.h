// Glow: what is bright spills light over its surroundings, as in a lens or through a diffusion filter.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct GlowOptions {
  double strength = 0;      // 0 is off.
  double threshold = 0.6;   // Linear light from which a colour begins to glow; 0 lets everything glow.
  double size = 24;         // Pixels: sigma of the middle of three halos, the others half and twice as wide.
  double saturation = 1.2;  // Of the halo.
};

void visit_fields(GlowOptions& options, auto&& visit) {
  using core::Field;
  visit("strength", options.strength, Field{.help = "light added, 0 is off", .min = 0, .max = 10});
  visit("threshold", options.threshold,
        Field{.help = "linear light that begins to glow", .min = 0, .max = 100});
  visit("size", options.size, Field{.help = "width of the halo in pixels", .min = 0.5, .max = 1000});
  visit("saturation", options.saturation, Field{.help = "colour of the halo", .min = 0, .max = 4});
}

// `picture` (premultiplied, linear) with the light of its bright parts screened over it. Alpha stays.
media::Image glowing(media::Image picture, const GlowOptions& options);

}  // namespace sakuga::compose
