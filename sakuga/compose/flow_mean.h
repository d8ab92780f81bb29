// Drawings calmed in time: each the mean of itself and its neighbours, brought to it along the plate's
// motion.
//
// What a net draws from a plate shivers with the plate's noise, most of all where one tone meets another.
// Each pixel is averaged over the `reach` drawings before and after, along chained optical flow, as far as
// the flow is consistent both ways and the plates look alike there; what is covered, uncovered or changes
// keeps its own drawing. Unlike Steady (steady.h), which keeps what it was given as far as it can, this
// trusts the plate alone: it is for drawings that follow the plate pixel by pixel. Averaging ends at cuts. A
// result depends on the 2 reach + 1 drawings around it and on nothing else, so any part of a shot gives the
// same as the whole.
//
// Colours are averaged as they come (sRGB); alpha is straight and left as it is.
#pragma once

#include <cstdint>
#include <memory>

#include "sakuga/compose/flow.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

constexpr int64_t kMostMeanReach = 8;

// Streaming: push, pop results when there are any, finish, pop the rest. Holds 2 reach + 2 drawings.
class FlowMean {
 public:
  // reach 0 passes everything on. Throws Error(BadRequest) unless 0 <= reach <= kMostMeanReach.
  explicit FlowMean(int64_t reach);
  ~FlowMean();
  FlowMean(const FlowMean&) = delete;
  FlowMean& operator=(const FlowMean&) = delete;

  // The next drawing and the plate it was made of. Throws Error(BadRequest) for sizes that differ from one
  // another's or from those before, and after finish().
  void push(const media::Image& plate, const media::Image& drawing);

  // No more drawings will come.
  void finish();

  // The next result, in order, if it is ready.
  bool pop(media::Image& calmed);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::compose
