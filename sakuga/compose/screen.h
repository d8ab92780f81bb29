// What colour the screen behind a figure has, found from some frames of the shot.
//
// The frames are cut into small cells; those that are evenly coloured and saturated vote for the angle of
// their chroma (linear light, BT.709 Y'CbCr), which light does not change. The screen is the angle with the
// most votes, and the confidence says how much of the picture has it, how even it is and how clearly it
// leads.
#pragma once

#include <string>
#include <vector>

#include "sakuga/compose/clean_plate.h"
#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct ScreenOptions {
  std::string screen = "auto";
  double saturation_floor = 0.5;
  double least_confidence = 0.65;
};

void visit_fields(ScreenOptions& options, auto&& visit) {
  using core::Field;
  visit("screen", options.screen,
        Field{.help = "key colour as #rrggbb (sRGB), or auto: found over the shot"});
  visit("saturation_floor", options.saturation_floor,
        Field{.help = "what has less of the screen's saturation is not screen, 1 is all of it",
              .min = 0.05,
              .max = 1});
  visit("least_confidence", options.least_confidence,
        Field{.help = "refuse a screen found with less than this", .min = 0, .max = 1});
}

struct Screen {
  media::Rgba colour = {};    // Linear light, where it is well lit.
  double confidence = 0;      // 0 to 1; 1 for a colour that was given.
  double angle_deg = 0;       // Of (Cb, Cr): atan2(Cr, Cb).
  double acceptance_deg = 0;  // The widest whole cone around it that leaves most of the figure's colours out.
  ScreenTest test = {};       // Which pixels are certainly screen.
  CleanPlate shot = {};       // The screen over the shot, holes filled.
  std::string name() const;   // "green", "blue", "yellow-green", ...: the hue for messages.
};

class ScreenSurvey {
 public:
  explicit ScreenSurvey(ScreenOptions options = {});

  // Some frames of the shot, all of one size; a dozen is enough. Throws Error(BadRequest) for an empty
  // picture or another size.
  void add(const media::Image& frame);

  // Throws Error(BadRequest) without frames; for a screen of no single colour, with the confidence and what
  // was found; and for a given colour that no part of the frames has.
  Screen finish() const;

 private:
  ScreenOptions options_;
  int width_ = 0, height_ = 0;
  std::vector<LinearPlanes> frames_;  // Shrunk, so that a cell is 4x4 pixels.
};

}  // namespace sakuga::compose
