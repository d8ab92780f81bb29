// Things in the air: petals, embers and dust, carried by the wind.
//
// Where one is in a frame follows from the seed and the frame alone, so any frame can be drawn by itself.
// Near ones are larger, faster and softer (out of focus).
#pragma once

#include <cstdint>
#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct ParticleOptions {
  std::string kind = "petals";  // Or "embers" (they rise and flicker) or "dust".
  std::string colour = "#ffc8d8";
  int64_t count = 60;
  double size = 9;                  // Pixels: length of a middling one.
  double wind_x = 90, wind_y = 40;  // Pixels a second.
  double sway = 18;                 // Pixels to either side.
  double focus = 0.5;               // 0: near ones are sharp, 1: far ones are.
  double opacity = 1;
  int64_t seed = 1;
};

void visit_fields(ParticleOptions& options, auto&& visit) {
  using core::Field;
  visit("kind", options.kind, Field{.help = "what flies", .choices = {"petals", "embers", "dust"}});
  visit("colour", options.colour, Field{.help = "colour, #rrggbb"});
  visit("count", options.count, Field{.help = "how many in the frame", .min = 0, .max = 20'000});
  visit("size", options.size, Field{.help = "length in pixels", .min = 0.5, .max = 500});
  visit("wind_x", options.wind_x, Field{.help = "pixels a second to the right", .min = -1e5, .max = 1e5});
  visit("wind_y", options.wind_y, Field{.help = "pixels a second down", .min = -1e5, .max = 1e5});
  visit("sway", options.sway, Field{.help = "pixels to either side", .min = 0, .max = 1e4});
  visit("focus", options.focus, Field{.help = "0 near ones are sharp, 1 far ones", .min = 0, .max = 1});
  visit("opacity", options.opacity, Field{.help = "strength", .min = 0, .max = 1});
  visit("seed", options.seed, Field{.help = "seed", .min = 0});
}

// The particles alone at `seconds` into the shot: premultiplied, linear, width x height. Embers are brighter
// than 1. Throws Error(BadRequest) for an empty size or a colour that is none.
media::Image particles(int width, int height, double seconds, const ParticleOptions& options);

}  // namespace sakuga::compose
