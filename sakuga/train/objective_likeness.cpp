#include "sakuga/train/objective_likeness.h"

#include "sakuga/nn/ops.h"

namespace sakuga::train {
namespace {

// The mean of |wrong| above kSmall, of its square over twice that below, as Huber's loss.
torch::Tensor size_of(const torch::Tensor& wrong) {
  constexpr double kSmall = 0.25;
  return torch::smooth_l1_loss(wrong, torch::zeros_like(wrong), torch::Reduction::Mean, kSmall);
}

}  // namespace

torch::Tensor likeness_loss(const torch::Tensor& drawn, const torch::Tensor& wanted) {
  auto wrong = drawn - wanted;
  auto loss = size_of(wrong.diff(1, 2)) + size_of(wrong.diff(1, 3)) + size_of(wrong);
  for (int halved = 0; halved < 3; ++halved) {
    wrong = torch::avg_pool2d(wrong, 2);
    loss = loss + size_of(wrong);
  }
  return loss;
}

torch::Tensor maps_loss(const std::vector<torch::Tensor>& drawn, const std::vector<torch::Tensor>& wanted) {
  torch::Tensor sum;
  for (size_t i = 0; i < drawn.size(); ++i) {
    const auto difference = (nn::from_compute(drawn[i]) - nn::from_compute(wanted[i])).abs().mean();
    sum = sum.defined() ? sum + difference : difference;
  }
  return sum / double(drawn.size());
}

}  // namespace sakuga::train
