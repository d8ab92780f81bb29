// How a detector of faces learns: what its map (models/face_detector.h) should say of a scene, and the loss.
//
// After "Objects as Points" (arXiv:1904.07850): a cell at a face's middle should say 1, its neighbours less
// the farther they lie (a Gaussian), all others 0; the focal loss lets easy cells count little. Size and
// place are learnt in the cells about the middle.
#pragma once

#include <span>

#include "sakuga/train/face_scene.h"
#include "sakuga/train/judged.h"

namespace sakuga::train {

struct FaceTargets {
  torch::Tensor heat;    // [n, h, w] from 0 to 1; 1 at the middle of a face.
  torch::Tensor known;   // [n, h, w]: 0 where nothing is asked, about faces that do not count.
  torch::Tensor near;    // [n, h, w]: how much size and place are asked for.
  torch::Tensor wanted;  // [n, 3, h, w]: log2(side / 32), and the way to the middle in cells.
};

// Of square scenes of one size.
FaceTargets face_targets(std::span<const FaceScene> scenes);

// `maps` [n, 4, h, w] as FaceDetector gives them.
Loss face_loss(const torch::Tensor& maps, const FaceTargets& targets);

}  // namespace sakuga::train
