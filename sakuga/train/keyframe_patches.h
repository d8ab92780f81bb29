// Random patches of painted frames, for train/keyframes.cpp.
#pragma once

#include <torch/torch.h>

#include <span>
#include <vector>

#include "sakuga/train/keyframes.h"

namespace sakuga::train {

struct PatchBatch {
  torch::Tensor plate;     // [n, 3, p, p] in [-1, 1], premultiplied, shaken.
  torch::Tensor features;  // [n, 8, p, p]: see models/keyframe_net.h.
  torch::Tensor extras;    // [n, 4, p / 2, p / 2]: the guide and the coverage.
  torch::Tensor painting;  // [n, 3, p, p] in [-1, 1], straight.
  torch::Tensor weight;    // [n, 1, p, p]: how much each pixel counts; 0 at the patch's border.
};

class KeyframePatches {
 public:
  // Throws Error(BadRequest) as KeyframePainter::train() says.
  KeyframePatches(std::span<const KeyPair> pairs, const KeyframeTraining& options);

  // The patches of one step; the same for the same step.
  PatchBatch batch(int64_t step) const;

 private:
  struct Frame {
    torch::Tensor plate, features, extras, painting,
        weight;                    // As in PatchBatch, n = 1, padded to a multiple of 8.
    std::vector<int32_t> details;  // Those of `places` with the finest or strongest marks.
    std::vector<int32_t> places;   // Pixels (row * width + column) with something to learn.
  };

  KeyframeTraining options_;
  std::vector<Frame> frames_;
};

// [1, 4, ceil(h / 2), ceil(w / 2)] of a guide (r, g, b) and the plate's coverage. Without `guided` the guide
// is 0.
torch::Tensor extras_tensor(const media::Image& guide, const media::Image& plate, bool guided);

}  // namespace sakuga::train
