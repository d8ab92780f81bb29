#include "sakuga/train/objective_likeness.h"

namespace sakuga::train {
namespace {

constexpr double kSquares = 2;

torch::Tensor size_of(const torch::Tensor& wrong) {
  return wrong.abs().mean() + kSquares * wrong.square().mean();
}

}  // namespace

torch::Tensor likeness_loss(const torch::Tensor& drawn, const torch::Tensor& wanted) {
  auto wrong = drawn - wanted;
  auto loss = wrong.diff(1, 2).abs().mean() + wrong.diff(1, 3).abs().mean() + size_of(wrong);
  for (int halved = 0; halved < 3; ++halved) {
    wrong = torch::avg_pool2d(wrong, 2);
    loss = loss + size_of(wrong);
  }
  return loss;
}

}  // namespace sakuga::train
