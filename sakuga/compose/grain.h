// Film grain: noise that is new in every frame and the same in every render.
//
// Each row's noise is Philox (core/rng.h) keyed by the seed and numbered by frame and row, so neither threads
// nor the order of the frames matter. It is added to the square root of the light, where it looks even, most
// in the middle tones and not at all in black and white.
#pragma once

#include <cstdint>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct GrainOptions {
  double amount = 0;    // Standard deviation in the middle tones, of the square root of light; 0 is off.
  double size = 1;      // Pixels: blur of the noise; its amount stays.
  double colour = 0.3;  // 0: grey grain, 1: each channel its own.
  int64_t hold = 1;     // Frames that a pattern stands.
  int64_t seed = 1;
};

void visit_fields(GrainOptions& options, auto&& visit) {
  using core::Field;
  visit("amount", options.amount, Field{.help = "strength, 0 is off", .min = 0, .max = 1});
  visit("size", options.size, Field{.help = "softness in pixels", .min = 0, .max = 20});
  visit("colour", options.colour, Field{.help = "0 grey, 1 coloured", .min = 0, .max = 1});
  visit("hold", options.hold, Field{.help = "frames that a pattern stands", .min = 1, .max = 1000});
  visit("seed", options.seed, Field{.help = "seed of the noise", .min = 0});
}

// `picture` (linear) with the grain of this frame. Alpha stays.
media::Image grained(media::Image picture, int64_t frame, const GrainOptions& options);

}  // namespace sakuga::compose
