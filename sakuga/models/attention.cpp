#include "sakuga/models/attention.h"

#include "sakuga/nn/ops.h"

namespace sakuga::models {

using torch::Tensor;

Tensor cam_logits(const Tensor& x, const Tensor& mean_weight, const Tensor& max_weight) {
  const auto wide = nn::from_compute(x);
  // Not amax(), which would share the gradient among equal values.
  const auto largest = std::get<0>(wide.flatten(2).max(2));
  return torch::cat({torch::linear(wide.mean({2, 3}), mean_weight), torch::linear(largest, max_weight)}, 1);
}

Tensor attended(const Tensor& x, const Tensor& mean_weight, const Tensor& max_weight, const Tensor& mix,
                const Tensor& bias, double leaky_slope) {
  // Weighting the channels of x twice and mixing both is one mixture with weighted rows.
  const auto halves = mix.chunk(2, 1);
  const auto row = [](const Tensor& weight) { return weight.view({1, -1, 1, 1}); };
  const auto weight = halves[0] * row(mean_weight) + halves[1] * row(max_weight);
  return nn::conv2d(x, weight, bias, {.leaky_slope = leaky_slope});
}

}  // namespace sakuga::models
