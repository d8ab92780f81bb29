// Taking the flicker out of a stylised sequence, guided by the motion of the plate that it was made from.
//
// A picture-by-picture stylisation flickers in two ways. Its exposure and colour wander from frame to frame,
// as a whole and by region: each frame is matched, by smooth fields of gain and offset, to the mean of its
// neighbours in time, brought to it along the plate's optical flow. And its texture boils: what is left is
// averaged along the flow, recursively, where the flow is consistent both ways and what it brings differs
// from the frame by no more than the texture does; elsewhere, as at moving edges, the frame stays as it is.
// Averaging restarts at cuts of the plate. Frames that repeat the one before bit by bit are holds: they are
// one drawing, and their results are equal.
//
// Colours are worked on as they come (sRGB-coded pictures give better results than linear ones); values above
// 1 are kept; alpha is straight and left as it is. The same input gives the same output whatever the number
// of threads.
#pragma once

#include <cstdint>
#include <memory>

#include "sakuga/compose/flow.h"
#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct SteadyOptions {
  double exposure = 1;    // How much of the flicker of exposure and colour is taken out.
  double boil = 1;        // How much of the boil of texture is taken out.
  double memory = 12;     // Drawings over which levels and texture are averaged, about.
  int64_t lookahead = 6;  // Drawings after the present one that are looked at; each is held in memory.
  double cut = 0.25;      // A plate of which less than this part continues the one before begins a shot.
  FlowOptions flow = {.scale = 0.4};
};

void visit_fields(SteadyOptions& options, auto&& visit) {
  using core::Field;
  visit("exposure", options.exposure,
        Field{.help = "how much of the flicker of exposure and colour is taken out", .min = 0, .max = 1});
  visit("boil", options.boil,
        Field{.help = "how much of the boil of texture is taken out", .min = 0, .max = 1});
  visit("memory", options.memory,
        Field{.help = "drawings over which is averaged, about", .min = 1, .max = 100});
  visit("lookahead", options.lookahead,
        Field{.help = "drawings looked ahead; each takes a frame's memory", .min = 1, .max = 30});
  visit("cut", options.cut,
        Field{.help = "a plate of which less than this part continues the one before is a cut; 0 finds none",
              .min = 0,
              .max = 1});
  visit_fields(options.flow, visit);
}

// What was found out about a frame.
struct SteadyReport {
  int64_t frame = 0;     // Counted from 0.
  bool cut = false;      // It begins a shot.
  bool hold = false;     // It repeats the frame before.
  double continued = 0;  // The part of the plate that continues the one before; 0 for the first.
  double exposure = 0;   // Mean absolute change by the fields of gain and offset.
  double boil = 0;       // Mean absolute change by averaging texture.
};

// Streaming: push frames, pop results when there are any, finish, pop the rest. At most lookahead + 5 frames
// are held, whatever the length of the sequence and of its holds.
class Steady {
 public:
  // Throws Error(BadRequest) for options out of their range.
  explicit Steady(const SteadyOptions& options = {});
  ~Steady();
  Steady(const Steady&) = delete;
  Steady& operator=(const Steady&) = delete;

  // The next frame and its plate. Throws Error(BadRequest) if their sizes differ from one another's or from
  // those of the frames before, and after finish().
  void push(const media::Image& plate, const media::Image& stylised);

  // As push(), without a copy: stylised's pixels are then an older frame's, or there are none.
  void take(const media::Image& plate, media::Image& stylised);

  // No more frames will come.
  void finish();

  // The next result, in order, if it is ready.
  bool pop(media::Image& steadied, SteadyReport* report = nullptr);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::compose
