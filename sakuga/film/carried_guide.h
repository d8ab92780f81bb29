// The guide against flicker (compose/blob_guide.h) carried along a shot's figure. Internal to film.
#pragma once

#include "sakuga/compose/blob_guide.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

class CarriedGuide {
 public:
  explicit CarriedGuide(Frames& frames) : frames_(frames) {}

  // Forward only; the first call may be for any frame, but the guide always begins at frame 1.
  void go_to(int64_t frame);

  const media::Image& figure() const { return figure_; }  // sRGB, straight.
  media::Image draw() const { return guide_.draw(); }

 private:
  Frames& frames_;
  compose::BlobGuide guide_;
  media::Image figure_;
  int64_t at_ = 0;
};

}  // namespace sakuga::film
