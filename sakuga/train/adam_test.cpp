#include "sakuga/train/adam.h"

#include <gtest/gtest.h>

namespace sakuga::train {
namespace {

std::vector<torch::Tensor> parameters() {
  torch::manual_seed(1);
  return {torch::randn({3, 5}).requires_grad_(), torch::randn({100003}).requires_grad_(),
          torch::randn({1}).requires_grad_()};
}

void set_gradients(std::vector<torch::Tensor>& parameters, int step) {
  for (auto& parameter : parameters) parameter.mutable_grad() = torch::sin(parameter.detach() * 3 + step);
}

TEST(Adam, DoesWhatTorchsAdamDoes) {
  auto ours = parameters(), theirs = parameters();
  Adam adam(ours, {.rate = 1e-2, .beta1 = 0.5, .beta2 = 0.99});
  torch::optim::Adam reference(theirs, torch::optim::AdamOptions(1e-2).betas({0.5, 0.99}));
  for (int step = 0; step < 20; ++step) {
    set_gradients(ours, step);
    set_gradients(theirs, step);
    adam.step();
    reference.step();
  }
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_TRUE(torch::allclose(ours[i], theirs[i], 1e-5, 1e-6));
}

TEST(Adam, DecaysWeightsAsTorchsAdamDoes) {
  auto ours = parameters(), theirs = parameters();
  Adam adam(ours, {.rate = 1e-2, .weight_decay = 0.1});
  torch::optim::Adam reference(theirs, torch::optim::AdamOptions(1e-2).betas({0.5, 0.999}).weight_decay(0.1));
  for (int step = 0; step < 5; ++step) {
    set_gradients(ours, step);
    set_gradients(theirs, step);
    adam.step();
    reference.step();
  }
  for (size_t i = 0; i < ours.size(); ++i) EXPECT_TRUE(torch::allclose(ours[i], theirs[i], 1e-5, 1e-6));
}

TEST(Adam, ConsumesGradients) {
  auto values = parameters();
  Adam adam(values, {});
  set_gradients(values, 0);
  adam.step();
  for (const auto& value : values) EXPECT_FALSE(value.grad().defined());
}

TEST(Adam, LeavesAParameterWithoutAGradientAlone) {
  auto values = parameters();
  const auto before = values[0].detach().clone();
  Adam adam(values, {});
  values[1].mutable_grad() = torch::ones_like(values[1]);
  adam.step();
  EXPECT_TRUE(torch::equal(values[0], before));
  EXPECT_TRUE(torch::equal(adam.first_moment(0), torch::zeros_like(before)));
}

TEST(Adam, ContinuesFromItsMoments) {
  auto straight = parameters(), broken = parameters();
  Adam one(straight, {.rate = 1e-2}), first(broken, {.rate = 1e-2}), second(broken, {.rate = 1e-2});
  for (int step = 0; step < 6; ++step) {
    set_gradients(straight, step);
    one.step(0.5);
    set_gradients(broken, step);
    if (step < 3) {
      first.step(0.5);
      continue;
    }
    if (step == 3) {
      for (size_t i = 0; i < broken.size(); ++i) {
        second.first_moment(i).copy_(first.first_moment(i));
        second.second_moment(i).copy_(first.second_moment(i));
      }
      second.set_steps(first.steps());
    }
    second.step(0.5);
  }
  for (size_t i = 0; i < straight.size(); ++i) EXPECT_TRUE(torch::equal(straight[i], broken[i]));
}

TEST(Adam, TellsKeepersOfCopiesThatAWeightChanged) {
  auto values = parameters();
  Adam adam(values, {});
  const auto before = values[0].unsafeGetTensorImpl()->version_counter().current_version();
  set_gradients(values, 0);
  adam.step();
  EXPECT_GT(values[0].unsafeGetTensorImpl()->version_counter().current_version(), before);
}

}  // namespace
}  // namespace sakuga::train
