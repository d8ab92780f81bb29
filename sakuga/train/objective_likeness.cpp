#include "sakuga/train/objective_likeness.h"

#include "sakuga/nn/ops.h"

namespace sakuga::train {
namespace {

// The weighted mean of |wrong| above kSmall, of its square over twice that below, as Huber's loss.
torch::Tensor size_of(const torch::Tensor& wrong, const torch::Tensor& weight) {
  constexpr double kSmall = 0.25;
  const auto each = torch::smooth_l1_loss(wrong, torch::zeros_like(wrong), torch::Reduction::None, kSmall);
  return (weight.defined() ? each * weight : each).mean();
}

}  // namespace

torch::Tensor likeness_loss(const torch::Tensor& drawn, const torch::Tensor& wanted, torch::Tensor weight) {
  auto wrong = drawn - wanted;
  const auto of_edges = [&](int64_t axis) {
    return size_of(wrong.diff(1, axis),
                   weight.defined() ? weight.narrow(axis, 1, weight.size(axis) - 1) : weight);
  };
  auto loss = of_edges(2) + of_edges(3) + size_of(wrong, weight);
  for (int halved = 0; halved < 3; ++halved) {
    wrong = torch::avg_pool2d(wrong, 2);
    if (weight.defined()) weight = torch::avg_pool2d(weight, 2);
    loss = loss + size_of(wrong, weight);
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
