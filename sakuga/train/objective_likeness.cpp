#include "sakuga/train/objective_likeness.h"

namespace sakuga::train {

torch::Tensor likeness_loss(const torch::Tensor& drawn, const torch::Tensor& wanted) {
  auto wrong = drawn - wanted;
  auto loss = wrong.diff(1, 2).abs().mean() + wrong.diff(1, 3).abs().mean() + wrong.abs().mean();
  for (int halved = 0; halved < 3; ++halved) {
    wrong = torch::avg_pool2d(wrong, 2);
    loss = loss + wrong.abs().mean();
  }
  return loss;
}

}  // namespace sakuga::train
