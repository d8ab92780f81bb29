// Differentiable augmentation (Zhao et al., "Differentiable augmentation for data-efficient GAN training",
// NeurIPS 2020): the discriminator sees real and drawn pictures through the same random distortions, and the
// generator learns through them, so that a small set is not learnt by heart.
//
// Colour is off unless asked for: tags speak of colours.
#pragma once

#include <torch/torch.h>

#include "sakuga/core/fields.h"
#include "sakuga/train/random.h"

namespace sakuga::train {

struct AugmentOptions {
  bool flip = true;        // Real pictures are mirrored half the time (by the loader, not here).
  double translation = 0;  // Up to this share of the side in x and y; what comes in is grey (0).
  double cutout = 0;       // Side of the blanked square as a share of the picture's.
  double brightness = 0;   // Added: up to this much of half the value range.
  double enlarge = 0;      // Real pictures are so much larger, and a random square is cut (by the task).
  double probability = 1;  // Of each distortion, for each picture.
};

void visit_fields(AugmentOptions& options, auto&& visit) {
  using core::Field;
  visit("flip", options.flip, Field{.help = "mirror half of the real pictures"});
  visit("translation", options.translation,
        Field{.help = "largest shift, share of the side", .min = 0, .max = 0.5});
  visit("cutout", options.cutout,
        Field{.help = "side of the blanked square, share of the side", .min = 0, .max = 0.9});
  visit("brightness", options.brightness,
        Field{.help = "largest change of brightness, in [-1, 1] units", .min = 0, .max = 1});
  visit("enlarge", options.enlarge,
        Field{.help = "how much larger a picture is of which a square is cut", .min = 0, .max = 1});
  visit("probability", options.probability,
        Field{.help = "of each distortion, for each picture", .min = 0, .max = 1});
}

// pictures [n, c, h, w] in [-1, 1]. Picture i is distorted by numbers that depend on (seed, purpose, step, i)
// only. Returns `pictures` itself if nothing is asked for. Can be differentiated by the pictures.
torch::Tensor augment(const torch::Tensor& pictures, const AugmentOptions& options, uint64_t seed,
                      Purpose purpose, int64_t step);

// Picture i moved by (dx[i], dy[i]) pixels to the right and down; zeros come in. int64 [n] on the processor.
// Differentiable as often as you like.
torch::Tensor translate(const torch::Tensor& pictures, const torch::Tensor& dx, const torch::Tensor& dy);

}  // namespace sakuga::train
