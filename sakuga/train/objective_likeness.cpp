#include "sakuga/train/objective_likeness.h"

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

}  // namespace sakuga::train
