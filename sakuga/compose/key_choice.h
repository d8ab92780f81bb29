// Which frames of a shot are worth painting: few that all others resemble.
//
// Each frame is remembered as a small picture in Lab; greedily, the frame is taken that most lowers the sum
// over all frames of the distance to the nearest frame taken (facility location, within 1 - 1/e of the best
// choice). At most 2,000 frames, evenly spaced, are remembered, however long the shot is.
#pragma once

#include <cstdint>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

class KeyChoice {
 public:
  // Frames in order. Throws Error(BadRequest) for an empty frame.
  void add(int64_t number, const media::Image& frame);

  // The numbers of `count` frames, in order; fewer if there are not as many different ones. Throws
  // Error(BadRequest) for count < 1 or if no frame was added.
  std::vector<int64_t> choose(int64_t count) const;

 private:
  struct Memory {
    int64_t number;
    std::vector<float> features;
  };

  int64_t seen_ = 0, stride_ = 1;
  std::vector<Memory> memories_;
};

}  // namespace sakuga::compose
