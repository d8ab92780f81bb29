// A plane of colour that changes from one edge to the other, or from a point outwards: the light that a
// painter lays over a cel in a second pass, a darkened corner, mist, the sun's disc.
#pragma once

#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct GradientOptions {
  std::string kind = "linear";   // Or "radial".
  std::string from = "#ffffff";  // At the start or the centre; #rrggbbaa for transparency.
  std::string to = "#ffffff00";
  double x = 0.5, y = 0.5;  // The middle, in shares of the frame.
  double angle = 90;        // Linear: degrees clockwise from the right; 90 runs downwards.
  double length = 1;        // Of the frame's height: the whole way, or the radius.
};

void visit_fields(GradientOptions& options, auto&& visit) {
  using core::Field;
  visit("kind", options.kind, Field{.help = "shape", .choices = {"linear", "radial"}});
  visit("from", options.from, Field{.help = "colour at the start, #rrggbb or #rrggbbaa"});
  visit("to", options.to, Field{.help = "colour at the end"});
  visit("x", options.x, Field{.help = "middle, share of the width", .min = -10, .max = 10});
  visit("y", options.y, Field{.help = "middle, share of the height", .min = -10, .max = 10});
  visit("angle", options.angle, Field{.help = "degrees clockwise from the right", .min = -360, .max = 360});
  visit("length", options.length, Field{.help = "of the frame's height", .min = 0.001, .max = 100});
}

// Premultiplied, linear, width x height. Throws Error(BadRequest) for an empty size or a colour that is none.
media::Image gradient(int width, int height, const GradientOptions& options);

}  // namespace sakuga::compose
