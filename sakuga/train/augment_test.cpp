#include "sakuga/train/augment.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

TEST(Augment, TranslationMovesAndFillsWithZeros) {
  const auto picture = torch::arange(1, 10, torch::kFloat32).view({1, 1, 3, 3});
  const auto moved = translate(picture, torch::tensor({1}), torch::tensor({-1}));
  EXPECT_TRUE(
      torch::equal(moved.view({3, 3}), torch::tensor({{0.f, 4.f, 5.f}, {0.f, 7.f, 8.f}, {0.f, 0.f, 0.f}})));
}

TEST(Augment, TranslationHasTheGradientOfFiniteDifferencesTwice) {
  auto x = torch::randn({2, 1, 3, 3}, torch::kFloat64).requires_grad_();
  const auto dx = torch::tensor({1, 0}), dy = torch::tensor({0, -2});
  EXPECT_LT(gradient_error(x, [&] { return translate(x, dx, dy).pow(3).sum(); }), 1e-6);
  EXPECT_LT(gradient_error(x,
                           [&] {
                             const auto y = translate(x, dx, dy).pow(3).sum();
                             return torch::autograd::grad({y}, {x}, {}, true, true)[0].square().sum();
                           }),
            1e-5);
}

TEST(Augment, AsksForNothingByDefault) {
  const auto pictures = torch::randn({2, 3, 8, 8});
  EXPECT_TRUE(augment(pictures, {}, 1, Purpose::AugmentReal, 0).is_same(pictures));
}

TEST(Augment, DependsOnStepAndPurposeOnly) {
  const auto pictures = torch::randn({8, 3, 16, 16});
  const AugmentOptions options{.translation = 0.25, .cutout = 0.3, .brightness = 0.2};
  const auto once = augment(pictures, options, 1, Purpose::AugmentReal, 5);
  EXPECT_TRUE(torch::equal(once, augment(pictures, options, 1, Purpose::AugmentReal, 5)));
  EXPECT_FALSE(torch::equal(once, augment(pictures, options, 1, Purpose::AugmentReal, 6)));
  EXPECT_FALSE(torch::equal(once, augment(pictures, options, 1, Purpose::AugmentFake, 5)));
}

TEST(Augment, ProbabilityZeroLeavesPicturesAlone) {
  const auto pictures = torch::randn({8, 3, 16, 16});
  const AugmentOptions options{.translation = 0.25, .cutout = 0.3, .brightness = 0.2, .probability = 0};
  EXPECT_TRUE(torch::allclose(augment(pictures, options, 1, Purpose::AugmentReal, 5), pictures));
}

TEST(Augment, CutoutBlanksASquareOfTheSizeAskedFor) {
  const auto cut = augment(torch::ones({64, 1, 16, 16}), {.cutout = 0.5}, 1, Purpose::AugmentReal, 0);
  const auto blank = (cut == 0).sum({1, 2, 3});
  EXPECT_EQ(blank.max().item<int64_t>(), 8 * 8);
  EXPECT_GE(blank.min().item<int64_t>(), 4 * 4);
}

TEST(Augment, GradientsReachThePicturesThroughEverything) {
  auto pictures = torch::randn({4, 3, 16, 16}).requires_grad_();
  augment(pictures, {.translation = 0.1, .cutout = 0.2, .brightness = 0.1}, 1, Purpose::AugmentReal, 0)
      .sum()
      .backward();
  EXPECT_GT(pictures.grad().abs().sum().item<float>(), 0);
}

}  // namespace
}  // namespace sakuga::train
