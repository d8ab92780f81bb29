#include "sakuga/train/objective_likeness.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

const auto kDouble = torch::TensorOptions(torch::kFloat64);

TEST(Likeness, CountsADifferenceAtFourSizesAndSmallOnesLittle) {
  const auto picture = torch::randn({2, 3, 16, 16}, kDouble);
  EXPECT_EQ(likeness_loss(picture, picture).item<double>(), 0);
  EXPECT_NEAR(likeness_loss(picture + 0.5, picture).item<double>(), 4 * (0.5 - 0.125), 1e-12);
  EXPECT_NEAR(likeness_loss(picture + 0.1, picture).item<double>(), 4 * 0.1 * 0.1 / (2 * 0.25), 1e-12);
}

TEST(Likeness, HasTheGradientOfFiniteDifferences) {
  torch::manual_seed(1);
  auto drawn = torch::randn({1, 3, 8, 8}, kDouble).requires_grad_();
  const auto wanted = torch::randn({1, 3, 8, 8}, kDouble), weight = torch::rand({1, 1, 8, 8}, kDouble);
  EXPECT_LT(gradient_error(drawn, [&] { return likeness_loss(drawn, wanted); }), 1e-7);
  EXPECT_LT(gradient_error(drawn, [&] { return likeness_loss(drawn, wanted, weight); }), 1e-7);
}

TEST(Likeness, CountsAPixelByItsWeight) {
  const auto picture = torch::randn({2, 3, 16, 16}, kDouble), wanted = torch::randn({2, 3, 16, 16}, kDouble);
  const auto weight = torch::ones({2, 1, 16, 16}, kDouble);
  const double plain = likeness_loss(picture, wanted).item<double>();
  EXPECT_NEAR(likeness_loss(picture, wanted, 3 * weight).item<double>(), 3 * plain, 1e-9);
  auto other = picture.clone();
  other.narrow(3, 0, 7) += 1;
  weight.narrow(3, 0, 8).zero_();
  EXPECT_EQ(likeness_loss(other, picture, weight).item<double>(), 0) << "what counts for nothing";
  EXPECT_GT(likeness_loss(picture, other, weight.flip(3)).item<double>(), 0);
}

TEST(Likeness, ComparesMapsEachAsMuchAsTheOthers) {
  torch::manual_seed(2);
  auto large = torch::randn({2, 3, 8, 8}, kDouble).requires_grad_();
  const auto small = torch::randn({2, 5, 2, 2}, kDouble);
  EXPECT_EQ(maps_loss({large, small}, {large, small}).item<double>(), 0);
  EXPECT_NEAR(maps_loss({large, small}, {large + 1, small - 3}).item<double>(), 2, 1e-6);
  const auto wanted = torch::randn({2, 3, 8, 8}, kDouble);
  maps_loss({large, small}, {wanted, small}).backward();
  EXPECT_TRUE(torch::allclose(large.grad(), (large.detach() - wanted).sign() / (2.0 * 2 * 3 * 8 * 8)));
}

TEST(Likeness, BlurredLinesAreWorseThanMissingGrain) {
  auto line = torch::zeros({1, 1, 16, 16}, kDouble);
  line.select(3, 8).fill_(1);
  const auto blurred = torch::avg_pool2d(line, {1, 3}, {1, 1}, {0, 1});
  auto shaded = line.clone();
  shaded += (line - blurred).abs().mean();  // The same absolute difference, evenly spread.
  EXPECT_GT((line - blurred).diff(1, 3).abs().mean().item<double>(), 0);
  EXPECT_GT(likeness_loss(blurred, line).item<double>(), 2 * (line - blurred).abs().mean().item<double>());
}

}  // namespace
}  // namespace sakuga::train
