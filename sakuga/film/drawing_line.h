// Frames on their way through a stylising job: drawn once for each hold, calmed, shaken, and given out in
// order. Internal to film.
#pragma once

#include <deque>
#include <functional>
#include <future>

#include "sakuga/compose/flow_mean.h"
#include "sakuga/film/drawing_effects.h"

namespace sakuga::film {

// A frame that gets a drawing, and what that is made from.
struct DrawingSource {
  media::Image plate, guide;
  compose::Flow motion;  // To the frame before.
  int64_t number = 0;    // Of the drawing, from 1.
};

class DrawingLine {
 public:
  using Draw = std::function<media::Image(const DrawingSource&)>;
  using Give = std::function<void(const media::Image&)>;

  // `draw` makes a drawing, perhaps several at once in threads of their own; `give` takes the frames after
  // the first `skipped`, one by one. Of skipped frames only those are drawn that later ones are averaged
  // with.
  DrawingLine(const DrawingEffects& effects, int64_t reach, int64_t skipped, Draw draw, Give give);

  // The next frame has this drawing; the next frame holds the drawing before.
  void draw(DrawingSource source);
  void hold();

  // No more frames will come: gives out the rest.
  void finish();

  int64_t drawings() const { return drawings_; }  // That were made.

 private:
  void add_frame();
  void begin(DrawingSource source);
  void take_oldest();
  void give_ready();
  bool next_ready();

  DrawingEffects effects_;
  int64_t reach_, skipped_, drawings_ = 0;
  Draw draw_;
  Give give_;
  compose::FlowMean mean_;
  std::deque<DrawingSource> pending_;  // Not drawn, as nothing needs them yet: at most reach + 1.
  struct Work {
    DrawingSource source;
    std::future<media::Image> drawing;
  };
  std::deque<DrawingSource> drawn_;  // In `mean_`: motion and number only.
  std::deque<int64_t> frames_;       // Numbers of the drawings of frames to be given.
  int64_t number_ = 0;               // Of the last drawing that came.
  int64_t ready_number_ = 0;
  media::Image ready_;
  std::deque<Work> work_;  // Being drawn. Last: its threads end before the rest is gone.
};

}  // namespace sakuga::film
