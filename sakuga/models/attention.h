// Class activation maps as U-GAT-IT uses them: two dense layers judge a map by its mean and by its maximum
// over the pixels, and their weights say how much each channel matters. Internal to models.
#pragma once

#include <torch/torch.h>

namespace sakuga::models {

// [n, 2] logits of the map x [n, c, h, w]: by its mean, by its maximum. The weights are [1, c].
torch::Tensor cam_logits(const torch::Tensor& x, const torch::Tensor& mean_weight,
                         const torch::Tensor& max_weight);

// LeakyReLU(mix [c, 2c, 1, 1] of x * mean_weight and x * max_weight, plus bias): the attended map.
torch::Tensor attended(const torch::Tensor& x, const torch::Tensor& mean_weight,
                       const torch::Tensor& max_weight, const torch::Tensor& mix, const torch::Tensor& bias,
                       double leaky_slope);

}  // namespace sakuga::models
