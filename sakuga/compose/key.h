// Chroma keying: a figure before a screen of one colour becomes straight colour and alpha.
//
// How much of a pixel is screen comes from the angle of its chroma in linear light (Keith Jack, "Video
// Demystified", as in Natron's ChromaKeyer): with the key colour turned to the X axis, X - |Z| /
// tan(acceptance / 2), relative to the same of the screen at that place and in that frame (see
// clean_plate.h), so that neither the light's fall-off nor a dark corner matters. Where figure and screen
// meet, and only there, colour that video has stored at half its resolution is first put back on the edges of
// luma, and alpha is told by c = alpha F + (1 - alpha) B, with F the figure's colour around (figure_field.h).
// Inside the figure what is not screen is filled, and the screen's light is taken off whatever it tints, as
// far as the suppression angle.
//
// Out: linear light, straight alpha, colours above 1 kept; on the screen the colour is black, but near the
// figure the figure's own goes on, so that a blur of the matte finds it. An opaque plate is expected: its own
// alpha is ignored. A frame's result depends on that frame, the Screen and the options only, so frames may be
// keyed in any order and shots taken up anywhere.
#pragma once

#include <memory>

#include "sakuga/compose/screen.h"

namespace sakuga::compose {

struct KeyOptions {
  double acceptance_angle = 0;
  double suppression_angle = 0;
  double key_lift = 0.06;
  double key_gain = 1;
  double despill = 1;
  double core = 1.2;
  double despeckle = 0.5;
  double erode = 0;
  double feather = 0;
  bool refine = true;
  bool sharpen_colour = true;
};

void visit_fields(KeyOptions& options, auto&& visit) {
  using core::Field;
  visit("acceptance_angle", options.acceptance_angle,
        Field{.help =
                  "whole cone of hues around the key colour that are keyed, degrees; 0: found over the shot",
              .min = 0,
              .max = 175});
  visit("suppression_angle", options.suppression_angle,
        Field{.help =
                  "whole cone of hues from which the screen's light is taken off the figure, degrees; 0: as "
                  "acceptance",
              .min = 0,
              .max = 175});
  visit("key_lift", options.key_lift,
        Field{.help = "part of the screen below which a pixel is all figure; more fills the figure",
              .min = 0,
              .max = 0.9});
  visit("key_gain", options.key_gain,
        Field{.help = "part of the screen from which a pixel is all screen; less clears the screen",
              .min = 0.1,
              .max = 2});
  visit("despill", options.despill,
        Field{.help = "how much of the screen's light is taken off the figure", .min = 0, .max = 1});
  visit("core", options.core,
        Field{.help = "depth inside the figure from which it is filled, percent of the height; 0: never",
              .min = 0,
              .max = 100});
  visit("despeckle", options.despeckle,
        Field{.help = "specks on the screen up to this size are cleared, percent of the height",
              .min = 0,
              .max = 100});
  visit("erode", options.erode, Field{.help = "pixels to take off the matte's edge", .min = 0, .max = 50});
  visit("feather", options.feather,
        Field{.help = "deviation in pixels of a blur of the matte", .min = 0, .max = 50});
  visit("refine", options.refine, Field{.help = "solve for the figure's own colour on its edge"});
  visit(
      "sharpen_colour", options.sharpen_colour,
      Field{.help = "put colour stored at half resolution (4:2:0) back on the edges of luma; not for 4:4:4"});
}

// The keyer's masks: where their luma times alpha is 1, a pixel is all figure (inside, "core") or all screen
// (outside, "garbage"). Of the frames' size, or empty.
struct KeyMasks {
  media::Image inside, outside;
};

class Keyer {
 public:
  // Throws Error(BadRequest) for options out of range and masks of another size than the screen's frames.
  explicit Keyer(Screen screen, KeyOptions options = {}, const KeyMasks& masks = {});
  ~Keyer();
  Keyer(Keyer&&) noexcept;

  // `keyed` gets the plate's size; its memory is used again. Not for several threads at once: it uses several
  // itself. Throws Error(BadRequest) for a plate of another size than the screen's frames.
  void key(const media::Image& plate, media::Image& keyed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::compose
