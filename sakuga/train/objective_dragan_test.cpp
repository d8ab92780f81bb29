#include "sakuga/train/objective_dragan.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

const auto kDouble = torch::TensorOptions(torch::kFloat64);

// A small smooth discriminator with weights [4, 3, 3, 3] and [4].
torch::Tensor small_net(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& head) {
  return (torch::tanh(torch::conv2d(x, weight)).mean({2, 3}) * head).sum(1) * 5;
}

Judged judged(int64_t n, int64_t tags) {
  return {torch::randn({n}, kDouble), torch::randn({n, tags}, kDouble),
          torch::randint(2, {n, tags}, kDouble)};
}

double bce(double logit, double target) {
  const double p = 1 / (1 + std::exp(-logit));
  return -(target * std::log(p) + (1 - target) * std::log(1 - p));
}

TEST(Dragan, DiscriminatorLossIsThePublishedSum) {
  torch::manual_seed(0);
  const auto real = judged(3, 2), drawn = judged(3, 2);
  double expected = 0;
  for (int i = 0; i < 3; ++i) {
    expected +=
        2 * bce(real.logits[i].item<double>(), 1) / 3 + 2 * bce(drawn.logits[i].item<double>(), 0) / 3;
    for (const auto* side : {&real, &drawn})
      for (int t = 0; t < 2; ++t)
        expected += bce(side->tag_logits[i][t].item<double>(), side->tags[i][t].item<double>()) / 6;
  }
  EXPECT_NEAR(dragan_discriminator_loss(real, drawn, {}).total.item<double>(), expected, 1e-12);
}

TEST(Dragan, GeneratorLossIsThePublishedSum) {
  torch::manual_seed(0);
  const auto drawn = judged(3, 2);
  double expected = 0;
  for (int i = 0; i < 3; ++i) {
    expected += 7 * bce(drawn.logits[i].item<double>(), 1) / 3;
    for (int t = 0; t < 2; ++t)
      expected += bce(drawn.tag_logits[i][t].item<double>(), drawn.tags[i][t].item<double>()) / 6;
  }
  EXPECT_NEAR(dragan_generator_loss(drawn, {.adversarial = 7}).total.item<double>(), expected, 1e-12);
}

TEST(Dragan, LossesHaveTheGradientsOfFiniteDifferences) {
  torch::manual_seed(0);
  const auto real = judged(3, 2);
  auto drawn = judged(3, 2);
  drawn.logits.requires_grad_();
  drawn.tag_logits.requires_grad_();
  EXPECT_LT(gradient_error(drawn.logits, [&] { return dragan_discriminator_loss(real, drawn, {}).total; }),
            1e-8);
  EXPECT_LT(
      gradient_error(drawn.tag_logits, [&] { return dragan_discriminator_loss(real, drawn, {}).total; }),
      1e-8);
  EXPECT_LT(gradient_error(drawn.logits, [&] { return dragan_generator_loss(drawn, {}).total; }), 1e-8);
}

TEST(Dragan, WorksWithoutTags) {
  torch::manual_seed(0);
  const auto loss = dragan_discriminator_loss(judged(3, 0), judged(3, 0), {}).total;
  EXPECT_TRUE(std::isfinite(loss.item<double>()));
}

struct PenaltyCase {
  torch::Tensor real, alpha, beta, weight, head;
  torch::Tensor value() const {
    return dragan_penalty([this](const torch::Tensor& x) { return small_net(x, weight, head); }, real, alpha,
                          beta, {});
  }
};

PenaltyCase penalty_case() {
  torch::manual_seed(0);
  return {torch::randn({2, 3, 4, 4}, kDouble), torch::rand({2, 1, 1, 1}, kDouble),
          torch::rand({2, 3, 4, 4}, kDouble), torch::randn({4, 3, 3, 3}, kDouble).requires_grad_(),
          torch::randn({4}, kDouble).requires_grad_()};
}

TEST(Dragan, PenaltyMeasuresTheSlopeOfFiniteDifferences) {
  const auto test = penalty_case();
  torch::NoGradGuard no_grad;
  auto at = test.alpha * test.real + (1 - test.alpha) * (test.real + 0.5 * test.real.std() * test.beta);
  double expected = 0;
  for (int i = 0; i < 2; ++i) {
    double squares = 0;
    auto flat = at[i].flatten();
    for (int64_t k = 0; k < flat.numel(); ++k) {
      const auto moved = [&](double by) {
        auto x = at.clone();
        x[i].flatten()[k] += by;
        return small_net(x, test.weight, test.head)[i].item<double>();
      };
      squares += std::pow((moved(1e-5) - moved(-1e-5)) / 2e-5, 2);
    }
    expected += 0.5 * std::pow(std::sqrt(squares) - 1, 2) / 2;
  }
  torch::AutoGradMode grad(true);
  EXPECT_NEAR(test.value().item<double>(), expected, 1e-7);
}

TEST(Dragan, PenaltyHasTheGradientOfFiniteDifferences) {
  const auto test = penalty_case();
  EXPECT_LT(gradient_error(test.weight, [&] { return test.value(); }), 1e-6);
  EXPECT_LT(gradient_error(test.head, [&] { return test.value(); }), 1e-6);
}

}  // namespace
}  // namespace sakuga::train
