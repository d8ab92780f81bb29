// Plates with a known answer: sprites that move before a screen as a camera would see them.
//
// For benches, tests and the example shot. The screen has light that falls off, creases and a tint; the
// figure sways, with motion blur and with the screen's light on its rim; the sensor adds noise. Encoding as
// 4:2:0 video is the caller's part. frame(i) depends on nothing but the arguments, so frames may be made in
// any order and by several threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct SyntheticPlateOptions {
  int64_t width = 1280, height = 720;
  std::string screen = "green";
  double stops = 3;
  double creases = 0.04;
  double noise = 0.006;
  double spill = 0.15;
  double figure = 1.1;
  double sway = 0.22;
  int64_t period = 72;
  double shutter = 0.5;
  int64_t hold = 12;
  int64_t seed = 1;
};

void visit_fields(SyntheticPlateOptions& options, auto&& visit) {
  visit("width", options.width, core::Field{.help = "plate width in pixels", .min = 1, .max = 16384});
  visit("height", options.height, core::Field{.help = "plate height in pixels", .min = 1, .max = 16384});
  visit("screen", options.screen,
        core::Field{.help = "paint of the screen", .choices = {"green", "blue", "yellow"}});
  visit("stops", options.stops,
        core::Field{.help = "from the brightest to the darkest corner of the screen", .min = 0, .max = 8});
  visit("creases", options.creases,
        core::Field{.help = "brightness of the cloth's folds, relative", .min = 0, .max = 1});
  visit("noise", options.noise,
        core::Field{.help = "deviation of the sensor noise, 1 is white in sRGB", .min = 0, .max = 1});
  visit("spill", options.spill,
        core::Field{.help = "part of the screen's light that falls on the figure's rim", .min = 0, .max = 1});
  visit("figure", options.figure,
        core::Field{.help = "height of the figure, 1 is the plate's height", .min = 0.05, .max = 4});
  visit("sway", options.sway,
        core::Field{.help = "how far the figure goes to each side, 1 is the width", .min = 0, .max = 1});
  visit("period", options.period, core::Field{.help = "frames of one sway", .min = 1, .max = 100000});
  visit("shutter", options.shutter,
        core::Field{.help = "open shutter as a part of the frame, 0 is no motion blur", .min = 0, .max = 1});
  visit("hold", options.hold,
        core::Field{.help = "frames for which a sprite stands before the next", .min = 1, .max = 100000});
  visit("seed", options.seed, core::Field{.help = "noise seed", .min = 0});
}

struct SyntheticFrame {
  media::Image plate;  // Opaque, linear light.
  media::Image truth;  // The figure alone without the screen's light: straight alpha, linear light.
};

class SyntheticPlate {
 public:
  // `sprites` have straight alpha and any size and transfer; several take turns. Throws Error(BadRequest)
  // for none, an empty one, or options out of range.
  SyntheticPlate(std::vector<media::Image> sprites, SyntheticPlateOptions options);

  SyntheticFrame frame(int64_t index) const;

  // The screen without the figure and without noise, linear light.
  media::Image clean_plate() const;

 private:
  SyntheticPlateOptions options_;
  std::vector<media::Image> sprites_;  // Premultiplied, linear light, at the size in which they stand.
  media::Image screen_;
};

}  // namespace sakuga::compose
