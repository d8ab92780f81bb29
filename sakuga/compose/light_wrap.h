// Light wrap: the light of the background creeps around the edges of a figure, which seats it in its place
// and hides the last trace of a matte line.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct LightWrapOptions {
  double strength = 0;    // 0 is off.
  double width = 6;       // Pixels that the light reaches inwards.
  double diffusion = 20;  // Pixels by which the background is blurred first.
};

void visit_fields(LightWrapOptions& options, auto&& visit) {
  using core::Field;
  visit("strength", options.strength, Field{.help = "share of the light, 0 is off", .min = 0, .max = 4});
  visit("width", options.width, Field{.help = "reach inwards in pixels", .min = 0.25, .max = 500});
  visit("diffusion", options.diffusion,
        Field{.help = "blur of the background in pixels", .min = 0, .max = 1000});
}

// `figure` with the light of `background` screened into its edges; both premultiplied, linear and of one
// size, else Error(BadRequest). Nothing is added outside the figure's alpha, and alpha stays.
media::Image light_wrapped(media::Image figure, const media::Image& background,
                           const LightWrapOptions& options);

}  // namespace sakuga::compose
