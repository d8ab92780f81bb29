// How far a drawn picture is from the one it should be: for generators whose latents are known, which learn
// by looking at what they should have drawn. The sum of
//   the differences of the pictures and of them halved, quartered and at an eighth, which place the large
//   forms when the small ones do not yet meet;
//   the differences of their horizontal and vertical differences, which makes lines crisp.
// Differences below 0.25 count by their squares, larger ones by themselves (Huber, 1964): with absolute
// values alone, what may lie a few pixels aside is best left out.
#pragma once

#include <torch/torch.h>

#include <vector>

namespace sakuga::train {

// `drawn` and `wanted` [n, 3, h, w], h and w multiples of 8; `weight` [n, 1, h, w] or undefined: how much a
// pixel counts (1). A scalar, 0 for equal pictures.
torch::Tensor likeness_loss(const torch::Tensor& drawn, const torch::Tensor& wanted,
                            torch::Tensor weight = {});

// The mean absolute difference of a discriminator's maps of the drawn and the wanted picture, averaged over
// the maps (feature matching, Wang et al., "High-resolution image synthesis and semantic manipulation with
// conditional GANs", 2018): what tells one character from another counts, however few pixels it covers.
torch::Tensor maps_loss(const std::vector<torch::Tensor>& drawn, const std::vector<torch::Tensor>& wanted);

}  // namespace sakuga::train
