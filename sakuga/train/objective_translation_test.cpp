#include "sakuga/train/objective_translation.h"

#include "sakuga/models/ugatit_golden.h"
#include "sakuga/train/adam.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

using models::kUgatitGolden;
using models::PatchJudgement;
using torch::Tensor;

Tensor numbers(std::vector<int64_t> shape) {
  return torch::randn(shape, torch::kDouble).requires_grad_();
}

TEST(TranslationObjective, DiscriminatorGradientsAreThoseOfFiniteDifferences) {
  torch::manual_seed(3);
  const PatchJudgement real{numbers({2, 1, 3, 3}), numbers({2, 2})},
      drawn{numbers({2, 1, 3, 3}), numbers({2, 2})};
  const TranslationOptions options{.adversarial = 0.7};
  for (const auto& x : {real.patches, real.domain, drawn.patches, drawn.domain})
    EXPECT_LT(gradient_error(x, [&] { return discriminator_loss(real, drawn, options).total; }), 1e-6);
}

TEST(TranslationObjective, TranslatorGradientsAreThoseOfFiniteDifferences) {
  torch::manual_seed(4);
  std::vector<Journey> journeys;
  for (int side = 0; side < 2; ++side)
    journeys.push_back({.picture = torch::randn({1, 3, 2, 2}, torch::kDouble),
                        .moved = {.pictures = {}, .domain = numbers({1, 2})},
                        .returned = numbers({1, 3, 2, 2}),
                        .kept = {.pictures = numbers({1, 3, 2, 2}), .domain = numbers({1, 2})},
                        .judged = {{numbers({1, 1, 2, 2}), numbers({1, 2})}, {numbers({1, 1, 3, 3})}}});
  const TranslationOptions options{.attention = 3};
  for (const auto& journey : journeys)
    for (const auto& x : {journey.moved.domain, journey.returned, journey.kept.pictures, journey.kept.domain,
                          journey.judged[0].patches, journey.judged[0].domain, journey.judged[1].patches})
      EXPECT_LT(gradient_error(x, [&] { return translator_loss(journeys, options).total; }), 1e-6);
}

TEST(TranslationObjective, IsNothingForPerfectTranslators) {
  const auto picture = torch::rand({1, 3, 4, 4});
  const std::vector<Journey> journeys = {{.picture = picture,
                                          .moved = {.pictures = picture},
                                          .returned = picture,
                                          .kept = {.pictures = picture},
                                          .judged = {{torch::ones({1, 1, 2, 2})}}}};
  EXPECT_EQ(translator_loss(journeys, {}).total.item<float>(), 0);
}

// The norm of every gradient and its product with a fixed direction, in the order of the sorted names.
void expect_gradients(const torch::nn::Module& net, const std::string& name) {
  std::map<std::string, Tensor> sorted;
  for (const auto& item : net.named_parameters()) sorted[item.key()] = item.value();
  const auto expected = models::golden(kUgatitGolden, "step_" + name);
  ASSERT_EQ(expected.size(0), int64_t(sorted.size()));
  int64_t row = 0;
  double worst = 0;
  for (const auto& [key, parameter] : sorted) {
    const auto& gradient = parameter.grad();
    ASSERT_TRUE(gradient.defined()) << name << " " << key;
    const double norm = expected[row][0].item<double>();
    const auto probe = models::uniform("probe." + key, gradient.sizes().vec());
    const double off =
        std::max(std::abs(gradient.norm().item<double>() - norm),
                 std::abs((gradient * probe).sum().item<double>() - expected[row][1].item<double>()));
    EXPECT_LE(off, 1e-4 * norm + 1e-7) << name << " " << key;
    worst = std::max(worst, off / (norm + 1e-3));
    ++row;
  }
  printf("[ GOLDEN   ] gradients of %s: largest relative difference %.2g\n", name.c_str(), worst);
}

// One whole training step as tests/golden/ugatit.py does it.
TEST(TranslationObjective, ATrainingStepIsThatOfTheReference) {
  const models::WithPrecision precision(nn::Precision::Float32);
  const TranslationOptions options;
  const Tensor real[2] = {models::uniform("side a", {2, 3, 32, 32}),
                          models::uniform("side b", {2, 3, 32, 32})};
  auto there = models::golden_ugatit("ab."), back = models::golden_ugatit("ba.");
  std::vector<std::pair<std::string, models::UgatitDiscriminator>> judges[2];
  std::vector<Tensor> judges_parameters;
  for (const size_t side : {0, 1})
    for (const std::string kind : {"local", "global"}) {
      const auto name = kind + (side == 0 ? "_a" : "_b");
      judges[side].emplace_back(name, models::golden_ugatit_judge(name + ".", kind == "local" ? 4 : 5));
      for (const auto& parameter : judges[side].back().second->parameters())
        judges_parameters.push_back(parameter);
    }

  std::vector<Journey> journeys(2);
  for (const size_t side : {0, 1}) {
    journeys[side].picture = real[side];
    journeys[side].moved = (side == 0 ? there : back)->translate(real[side]);
  }
  double total = 0;
  for (const size_t side : {0, 1})
    for (auto& [name, judge] : judges[side]) {
      const auto on_real = judge->forward(real[side]);
      const auto loss =
          discriminator_loss(on_real, judge->forward(journeys[1 - side].moved.pictures.detach()), options);
      loss.total.backward();
      total += loss.total.item<double>();
    }
  EXPECT_NEAR(total, models::golden(kUgatitGolden, "step_judges_loss").item<double>(), 1e-4 * total);
  for (const size_t side : {0, 1})
    for (const auto& [name, judge] : judges[side]) expect_gradients(*judge, name);
  Adam(judges_parameters, {.rate = 1e-4, .weight_decay = 1e-4}).step();

  for (const size_t side : {0, 1}) {
    auto& journey = journeys[side];
    auto& home = side == 0 ? back : there;
    journey.returned = home->forward(journey.moved.pictures);
    journey.kept = home->translate(real[side]);
    for (auto& [name, judge] : judges[1 - side])
      journey.judged.push_back(judge->forward(journey.moved.pictures));
  }
  const auto loss = translator_loss(journeys, options);
  const auto terms = models::golden(kUgatitGolden, "step_terms");
  for (int64_t i = 0; i < 4; ++i)
    EXPECT_NEAR(loss.terms[size_t(i)].second.item<double>(), terms[i].item<double>(),
                1e-4 * terms[i].item<double>());
  loss.total.backward();
  expect_gradients(*there, "ab");
  expect_gradients(*back, "ba");
}

}  // namespace
}  // namespace sakuga::train
