// Which frames of a shot get a drawing of their own, and which hold the one before.
//
// Animation is drawn on ones, twos or threes: a drawing for every frame, every second or every third. A plate
// that was shot or edited that way repeats its frames, give or take the noise of its compression; `auto`
// finds them. Holds are decided frame by frame in order, with one frame in memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct CadenceOptions {
  std::string on = "1";
  double tolerance = 1.5;
};

void visit_fields(CadenceOptions& options, auto&& visit) {
  using core::Field;
  visit("on", options.on,
        Field{.help = "frames that one drawing is held for; auto: as long as the plate stands still",
              .choices = {"1", "2", "3", "auto"}});
  visit("tolerance", options.tolerance,
        Field{.help = "auto: difference of 8x8 blocks, in 255ths, up to which a frame repeats the last",
              .min = 0,
              .max = 64});
}

class Cadence {
 public:
  // Throws Error(BadRequest) for options out of range.
  explicit Cadence(const CadenceOptions& options = {});

  // Takes the frames in order. True if this one gets a drawing; the first always does. auto compares it with
  // the frame of the last drawing, colours multiplied by alpha and alpha; another size is a new drawing.
  bool needs_drawing(const media::Image& frame);

 private:
  int64_t every_ = 1;  // 0: auto.
  double tolerance_;
  int64_t frame_ = 0;
  int width_ = 0, height_ = 0;
  std::vector<float> last_;  // Block means of the last drawing's frame.
};

}  // namespace sakuga::compose
