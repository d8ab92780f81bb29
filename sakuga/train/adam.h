// Adam (Kingma and Ba, ICLR 2015) in one pass over memory for each parameter.
//
// torch's own makes a dozen passes, which for a discriminator of 24 million parameters costs as much as a
// convolution layer. Gradients are consumed: after step() every parameter's grad() is undefined, so the
// next backward pass hands its buffers over instead of adding to zeros.
#pragma once

#include <torch/torch.h>

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace sakuga::train {

struct AdamOptions {
  double rate = 2e-4;
  double beta1 = 0.5;
  double beta2 = 0.999;
  double epsilon = 1e-8;
  double weight_decay = 0;  // This times the parameter is added to its gradient.
};

class Adam {
 public:
  // Shares `parameters` (float32, contiguous); all moments start at zero.
  Adam(std::vector<torch::Tensor> parameters, const AdamOptions& options);

  // One update of every parameter that has a gradient; one that has none keeps its value and its moments.
  // `rate_factor` multiplies the rate (a schedule).
  void step(double rate_factor = 1);

  // The moments of parameter i, for checkpoints: written and read in place.
  torch::Tensor first_moment(size_t i) { return first_[i]; }
  torch::Tensor second_moment(size_t i) { return second_[i]; }
  int64_t steps() const { return steps_; }
  void set_steps(int64_t steps) { steps_ = steps; }

  // The numbers of one step.
  struct Factors {
    float beta1, beta2, step, correction, epsilon, weight_decay;
  };

 private:
  void update_elsewhere(size_t p, const torch::Tensor& gradient, const Factors& factors);

  std::vector<torch::Tensor> parameters_, first_, second_;
  AdamOptions options_;
  int64_t steps_ = 0;
};

}  // namespace sakuga::train
