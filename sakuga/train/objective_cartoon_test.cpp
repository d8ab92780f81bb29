#include "sakuga/train/objective_cartoon.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

using torch::Tensor;

Tensor numbers(std::vector<int64_t> shape) {
  return torch::randn(shape, torch::kDouble).requires_grad_();
}

double term(const Loss& loss, const std::string& name) {
  for (const auto& [other, value] : loss.terms)
    if (other == name) return value.item<double>();
  ADD_FAILURE() << "there is no term " << name;
  return 0;
}

// A picture of one colour.
Tensor plain(double r, double g, double b) {
  return torch::tensor({r, g, b}, torch::kDouble).view({1, 3, 1, 1}).expand({1, 3, 4, 4}).contiguous();
}

TEST(CartoonObjective, DiscriminatorGradientsAreThoseOfFiniteDifferences) {
  torch::manual_seed(5);
  const CartoonJudgements said{
      {numbers({2, 1, 3, 3})}, {numbers({2, 1, 3, 3})}, {numbers({2, 1, 3, 3})}, {numbers({2, 1, 3, 3})}};
  for (const char* distance : {"log", "squares"}) {
    const CartoonOptions options{.distance = distance, .real = 1.7, .drawn = 1.3, .smooth = 0.8, .grey = 0.6};
    for (const auto& x : {said.real, said.drawn, said.smooth, said.grey})
      EXPECT_LT(gradient_error(x.patches, [&] { return cartoon_discriminator_loss(said, options).total; }),
                1e-6);
  }
}

TEST(CartoonObjective, PainterGradientsAreThoseOfFiniteDifferences) {
  torch::manual_seed(6);
  const Painted painted{.photo = torch::randn({2, 3, 4, 4}, torch::kDouble),
                        .drawn = numbers({2, 3, 4, 4}),
                        .photo_features = torch::randn({2, 5, 2, 2}, torch::kDouble),
                        .drawn_features = numbers({2, 5, 2, 2}),
                        .style_features = torch::randn({2, 5, 2, 2}, torch::kDouble),
                        .judged = {numbers({2, 1, 2, 2})}};
  const CartoonOptions options{
      .adversarial = 3, .content = 1.5, .style = 2.5, .colour = 15, .variation = 0.7};
  for (const auto& x : {painted.drawn, painted.drawn_features, painted.judged.patches})
    EXPECT_LT(gradient_error(x, [&] { return cartoon_painter_loss(painted, options).total; }), 1e-6);
  EXPECT_EQ(cartoon_painter_loss(painted, options).terms.size(), 5u);
}

TEST(CartoonObjective, AnUndecidedDiscriminatorLosesOneBitForEachBatch) {
  const models::PatchJudgement undecided{torch::zeros({2, 1, 3, 3}, torch::kDouble)};
  EXPECT_NEAR(cartoon_discriminator_loss({undecided, undecided, undecided}, {}).total.item<double>(),
              3 * std::log(2.0), 1e-12);
  EXPECT_NEAR(cartoon_discriminator_loss({undecided, undecided, undecided}, {.distance = "squares"})
                  .total.item<double>(),
              1, 1e-12);
}

TEST(CartoonObjective, OnlyArtIsRealAndEveryOtherBatchIsNot) {
  const models::PatchJudgement yes{torch::full({1, 1, 2, 2}, 30.0)}, no{torch::full({1, 1, 2, 2}, -30.0)};
  EXPECT_NEAR(cartoon_discriminator_loss({yes, no, no, no}, {.grey = 1}).total.item<double>(), 0, 1e-6);
  for (const auto& wrong : {CartoonJudgements{no, no, no, no}, CartoonJudgements{yes, yes, no, no},
                            CartoonJudgements{yes, no, yes, no}, CartoonJudgements{yes, no, no, yes}})
    EXPECT_NEAR(cartoon_discriminator_loss(wrong, {.grey = 1}).total.item<double>(), 30, 1e-4);
}

TEST(CartoonObjective, ColourComparesLumaByLengthAndChromaBySquares) {
  const auto of = [](const Tensor& photo, const Tensor& drawn) {
    return term(cartoon_painter_loss({.photo = photo, .drawn = drawn}, {.content = 0, .colour = 1}),
                "g_colour");
  };
  EXPECT_NEAR(of(plain(0.2, 0.2, 0.2), plain(-0.2, -0.2, -0.2)), 0.2, 1e-6) << "grey has no chroma";
  // Blue from -1 to 1 is a step of 1 in [0, 1].
  EXPECT_NEAR(of(plain(0, 0, -1), plain(0, 0, 1)),
              0.114 + 0.5 * (0.43601035 * 0.43601035 + 0.10001026 * 0.10001026), 1e-6);
}

TEST(CartoonObjective, VariationIsHalfTheSquaredStep) {
  const auto ramp = (torch::arange(4, torch::kDouble) * 0.3).view({1, 1, 1, 4}).expand({1, 3, 4, 4});
  const CartoonOptions options{.content = 0, .variation = 1};
  EXPECT_NEAR(term(cartoon_painter_loss({.photo = ramp, .drawn = ramp}, options), "g_variation"), 0.045,
              1e-12);
}

TEST(CartoonObjective, StyleDoesNotSeeWhereThingsAre) {
  torch::manual_seed(7);
  const auto features = torch::randn({1, 4, 3, 3}, torch::kDouble);
  const auto of = [&](const Tensor& drawn) {
    const Painted painted{.photo = plain(0, 0, 0),
                          .drawn = plain(0, 0, 0),
                          .photo_features = {},
                          .drawn_features = drawn,
                          .style_features = features};
    return term(cartoon_painter_loss(painted, {.content = 0, .style = 1}), "g_style");
  };
  EXPECT_NEAR(of(features.flip({2})), 0, 1e-12);
  // Twice the features, four times the Gram matrix.
  const auto flat = features.flatten(2);
  EXPECT_NEAR(of(2 * features), (3 * torch::bmm(flat, flat.transpose(1, 2)) / 36).abs().mean().item<double>(),
              1e-12);
}

TEST(CartoonObjective, BeginsWithTheContentAlone) {
  const Painted painted{.photo = {},
                        .drawn = {},
                        .photo_features = torch::full({1, 2, 2, 2}, 0.5),
                        .drawn_features = torch::full({1, 2, 2, 2}, 0.25)};
  const auto loss = cartoon_initial_loss(painted, {.content = 8, .colour = 10});
  EXPECT_EQ(loss.terms.size(), 1u);
  EXPECT_EQ(loss.total.item<float>(), 2);
}

TEST(CartoonObjective, WithoutColourAllChannelsAreTheLuma) {
  const auto grey = without_colour(plain(1, 0, -1));
  EXPECT_NEAR(grey.min().item<double>(), 0.299 - 0.114, 1e-12);
  EXPECT_NEAR(grey.max().item<double>(), 0.299 - 0.114, 1e-12);
}

}  // namespace
}  // namespace sakuga::train
