#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/generator_promises.h"
#include "sakuga/models/tagged_discriminator.h"
#include "sakuga/models/tagged_generator.h"
#include "sakuga/nn/ops.h"
#include "sakuga/nn/state.h"

namespace sakuga::models {
namespace {

TaggedGenerator small_generator() {
  return TaggedGenerator(TaggedGeneratorOptions{.size = 16, .noise = 8, .tags = 3, .max_width = 64});
}

TaggedDiscriminator small_discriminator() {
  return TaggedDiscriminator(TaggedDiscriminatorOptions{.size = 16, .tags = 3, .width = 32, .max_width = 64});
}

void expect_gradients(const torch::nn::Module& net) {
  for (const auto& item : net.named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_TRUE(torch::isfinite(item.value().grad()).all().item<bool>()) << item.key();
  }
}

TEST(TaggedGenerator, DrawsPicturesOfTheSizeAskedFor) {
  auto net = small_generator();
  const auto drawn = net->forward(torch::randn({2, 8}), torch::zeros({2, 3}));
  EXPECT_EQ(drawn.sizes(), (std::vector<int64_t>{2, 3, 16, 16}));
  EXPECT_LE(drawn.abs().max().item<float>(), 1);
}

TEST(TaggedGenerator, HasTheDocumentedNumberOfParameters) {
  EXPECT_EQ(nn::parameter_count(*TaggedGenerator()), 2'989'283);
}

TEST(TaggedGenerator, EnlargingIsBilinearThenAConvolution) {
  const auto x = torch::randn({2, 5, 6, 6}), weight = torch::randn({4, 5, 3, 3});
  const auto enlarged = torch::upsample_bilinear2d(x, {12, 12}, false);
  const auto expected = torch::conv2d(enlarged, weight, {}, 1, 1);
  const auto drawn = nn::conv2d(x, enlarging_weight(weight), {}, {.padding = 1, .pixel_shuffle = true});
  const auto inner = [](const torch::Tensor& y) { return y.slice(2, 2, -2).slice(3, 2, -2); };  // No border.
  EXPECT_TRUE(torch::allclose(inner(drawn), inner(expected), 1e-4, 1e-4));
}

TEST(TaggedGenerator, AMappingNetworkComesBeforeAllStages) {
  TaggedGenerator net(
      TaggedGeneratorOptions{.size = 16, .noise = 8, .tags = 3, .max_width = 64, .mapping = 2, .code = 24});
  net->forward(torch::randn({4, 8}), torch::rand({4, 3})).square().sum().backward();
  expect_gradients(*net);
  EXPECT_EQ(net->named_parameters()["mapping.0.weight"].sizes(), (std::vector<int64_t>{24, 11}));
  EXPECT_EQ(net->named_parameters()["stages.0.scale.weight"].size(1), 24);
}

TEST(TaggedGenerator, DrawsAPictureTheSameInAnyCompany) {
  expect_same_in_any_company(*small_generator());
}

TEST(TaggedGenerator, DrawsTheSameOncePrepared) {
  expect_same_once_prepared(*small_generator());
}

TEST(TaggedGenerator, RefusesASizeThatIsNoPowerOfTwo) {
  EXPECT_THROW(TaggedGenerator(TaggedGeneratorOptions{.size = 48}), core::Error);
  EXPECT_THROW(TaggedDiscriminator(TaggedDiscriminatorOptions{.size = 48}), core::Error);
}

TEST(TaggedNets, EveryParameterGetsAGradient) {
  auto generator = small_generator();
  auto discriminator = small_discriminator();
  const auto drawn = generator->forward(torch::randn({16, 8}), torch::rand({16, 3}));
  const auto said = discriminator->forward(drawn);
  (said.real.sum() + said.tags.square().sum() + said.match.sum()).backward();
  expect_gradients(*generator);
  expect_gradients(*discriminator);
}

TEST(TaggedDiscriminator, AnswersInItsThreeHeads) {
  const auto said = small_discriminator()->forward(torch::randn({8, 3, 16, 16}));
  EXPECT_EQ(said.real.sizes(), (std::vector<int64_t>{8}));
  EXPECT_EQ(said.tags.sizes(), (std::vector<int64_t>{8, 3}));
  EXPECT_EQ(said.match.sizes(), (std::vector<int64_t>{8, 3}));
}

TEST(TaggedDiscriminator, LooksAtItsFourNeighboursOnly) {
  auto net = small_discriminator();
  auto pictures = torch::randn({8, 3, 16, 16});
  const auto before = net->forward(pictures).real;
  pictures[7].zero_();
  const auto after = net->forward(pictures).real;
  EXPECT_TRUE(torch::allclose(before.narrow(0, 0, 4), after.narrow(0, 0, 4)));
  EXPECT_FALSE(torch::allclose(before.narrow(0, 4, 3), after.narrow(0, 4, 3)));
}

TEST(TaggedDiscriminator, JudgesSeveralViewsTogether) {
  TaggedDiscriminator net(
      TaggedDiscriminatorOptions{.size = 16, .tags = 3, .width = 32, .max_width = 64, .views = 2});
  const auto said = net->forward(torch::randn({4, 6, 16, 16}));
  EXPECT_EQ(said.real.sizes(), (std::vector<int64_t>{4}));
  EXPECT_EQ(said.tags.sizes(), (std::vector<int64_t>{4, 6}));
  EXPECT_EQ(said.match.sizes(), (std::vector<int64_t>{4, 6}));
}

TEST(TaggedDiscriminator, CanBeDifferentiatedTwice) {
  auto net = small_discriminator();
  const auto x = torch::randn({8, 3, 16, 16}).requires_grad_();
  const auto slope = torch::autograd::grad({net->forward(x).real.sum()}, {x}, {}, true, true)[0];
  slope.square().sum().backward();
  EXPECT_GT(net->named_parameters()["conv_in.weight"].grad().abs().sum().item<float>(), 0);
}

TEST(TaggedNets, AreInTheCatalogue) {
  EXPECT_EQ(make_generator("tagged-generator", {{"size", 32}})->size(), 32);
  EXPECT_EQ(make_discriminator("tagged-discriminator", {{"tags", 5}})->tag_count(), 5);
}

}  // namespace
}  // namespace sakuga::models
