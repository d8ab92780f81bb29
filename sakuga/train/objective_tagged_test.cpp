#include "sakuga/train/objective_tagged.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

const auto kDouble = torch::TensorOptions(torch::kFloat64);
const std::vector<TagGroup> kGroups = {{"hair", {0, 2}}, {"smile", {1}}};

Judged judged(int64_t n) {
  const auto choice = torch::eye(2, kDouble).index_select(0, torch::randint(2, {n}, torch::kInt64));
  return {torch::randn({n}, kDouble), torch::randn({n, 3}, kDouble),
          torch::stack({choice.select(1, 0), torch::randint(2, {n}, kDouble), choice.select(1, 1)}, 1)};
}

TEST(Tagged, LosesNothingWhenTheDiscriminatorIsSureAndRight) {
  auto real = judged(4), drawn = judged(4);
  real.logits.fill_(50);
  drawn.logits.fill_(-50);
  real.tag_logits = (real.tags * 2 - 1) * 50;
  for (const char* game : {"logistic", "hinge"})
    EXPECT_NEAR(tagged_discriminator_loss(real, drawn, kGroups, {.game = game}).total.item<double>(), 0,
                1e-12);
}

TEST(Tagged, LossesHaveTheGradientsOfFiniteDifferences) {
  torch::manual_seed(3);
  for (const char* game : {"logistic", "hinge"}) {
    auto real = judged(3), drawn = judged(3);
    for (auto* side : {&real, &drawn}) {
      side->logits.requires_grad_();
      side->tag_logits.requires_grad_();
    }
    const TaggedOptions options{.game = game};
    const auto d = [&] { return tagged_discriminator_loss(real, drawn, kGroups, options).total; };
    const auto g = [&] { return tagged_generator_loss(drawn, kGroups, options).total; };
    EXPECT_LT(gradient_error(real.logits, d), 1e-8);
    EXPECT_LT(gradient_error(drawn.logits, d), 1e-8);
    EXPECT_LT(gradient_error(real.tag_logits, d), 1e-8);
    EXPECT_LT(gradient_error(drawn.logits, g), 1e-8);
    EXPECT_LT(gradient_error(drawn.tag_logits, g), 1e-8);
  }
}

TEST(Tagged, DrawnPicturesDoNotTeachTheDiscriminatorItsTags) {
  const auto real = judged(3);
  auto drawn = judged(3);
  drawn.tag_logits.requires_grad_();
  const auto loss = tagged_discriminator_loss(real, drawn, kGroups, {}).total;
  EXPECT_FALSE(loss.requires_grad());
}

TEST(Tagged, PenaltyOfALinearDiscriminatorIsItsSquaredWeight) {
  const auto weight = torch::full({3, 2, 2}, 0.5, kDouble);
  const auto linear = [&](const torch::Tensor& x) { return (x * weight).sum({1, 2, 3}); };
  EXPECT_NEAR(r1_penalty(linear, torch::randn({4, 3, 2, 2}, kDouble), 10).item<double>(), 10.0 / 2 * 3,
              1e-12);
}

TEST(Tagged, PenaltyHasTheGradientOfFiniteDifferences) {
  torch::manual_seed(0);
  const auto real = torch::randn({2, 3, 4, 4}, kDouble);
  auto weight = torch::randn({4, 3, 3, 3}, kDouble).requires_grad_();
  const auto net = [&](const torch::Tensor& x) {
    return torch::tanh(torch::conv2d(x, weight)).sum({1, 2, 3});
  };
  EXPECT_LT(gradient_error(weight, [&] { return r1_penalty(net, real, 2); }), 1e-6);
}

}  // namespace
}  // namespace sakuga::train
