// Speed lines: the converging lines of an impact (shuchu-sen) or the parallel ones of a dash (ryu-sen).
#pragma once

#include <cstdint>
#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct SpeedLineOptions {
  double opacity = 0;          // 0 is off.
  std::string kind = "focus";  // Towards a point, or "parallel".
  std::string colour = "#ffffff";
  int64_t count = 120;
  double x = 0.5, y = 0.5;  // The point, in shares of the frame.
  double clear = 0.55;      // Focus: the free radius, share of half the diagonal.
  double angle = 0;         // Parallel: direction in degrees, clockwise from the right.
  double thickness = 5;     // Pixels at the wide end of the thickest.
  int64_t hold = 2;         // Frames that a drawing stands.
  int64_t seed = 1;
};

void visit_fields(SpeedLineOptions& options, auto&& visit) {
  using core::Field;
  visit("opacity", options.opacity, Field{.help = "strength, 0 is off", .min = 0, .max = 1});
  visit("kind", options.kind, Field{.help = "towards a point or along", .choices = {"focus", "parallel"}});
  visit("colour", options.colour, Field{.help = "colour of the lines, #rrggbb"});
  visit("count", options.count, Field{.help = "number of lines", .min = 1, .max = 5000});
  visit("x", options.x, Field{.help = "focus, share of the width", .min = -10, .max = 10});
  visit("y", options.y, Field{.help = "focus, share of the height", .min = -10, .max = 10});
  visit("clear", options.clear, Field{.help = "free radius, share of half the diagonal", .min = 0, .max = 2});
  visit("angle", options.angle,
        Field{.help = "direction of parallel lines in degrees", .min = -360, .max = 360});
  visit("thickness", options.thickness, Field{.help = "pixels at the wide end", .min = 0.25, .max = 200});
  visit("hold", options.hold, Field{.help = "frames that a drawing stands", .min = 1, .max = 1000});
  visit("seed", options.seed, Field{.help = "seed of the drawing", .min = 0});
}

// The lines of this frame alone (premultiplied, linear), width x height. The same on every machine for the
// same frame. Throws Error(BadRequest) for an empty size or a colour that is none.
media::Image speed_lines(int width, int height, int64_t frame, const SpeedLineOptions& options);

}  // namespace sakuga::compose
