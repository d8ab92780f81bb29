#include "sakuga/models/dcgan.h"

#include "sakuga/models/golden.h"

namespace sakuga::models {
namespace {

constexpr auto kFile = "dcgan.safetensors";

// The norms lie in a Sequential, under numbers: set_formula() tells them from convolutions by their
// dimensions.
TEST(Dcgan, HasTheParametersOfThePublishedExample) {
  EXPECT_EQ(nn::parameter_count(*DcganGenerator()), 3'576'704);
  EXPECT_EQ(nn::parameter_count(*DcganDiscriminator()), 2'765'568);
}

TEST(Dcgan, AgreesWithTheReference) {
  using torch::indexing::None;
  using torch::indexing::Slice;
  torch::NoGradGuard no_grad;
  DcganGenerator generator(DcganGeneratorOptions{.tags = 5});
  set_formula(*generator);
  generator->eval();
  const auto drawn = generator->forward(uniform("noise", {2, 100}), uniform("tags", {2, 5}));
  EXPECT_LE(
      difference(drawn.index({Slice(), Slice(), Slice(0, None, 5), Slice(0, None, 5)}), kFile, "generator"),
      1e-4);

  DcganDiscriminator discriminator(DcganDiscriminatorOptions{.tags = 5});
  set_formula(*discriminator);
  discriminator->eval();
  const auto judged = discriminator->forward(uniform("pictures", {2, 3, 64, 64}));
  EXPECT_LE(difference(judged.real, kFile, "real"), 1e-4);
  EXPECT_LE(difference(judged.tags, kFile, "tags"), 1e-4);
}

TEST(Dcgan, DrawsAndJudgesWithoutTags) {
  torch::NoGradGuard no_grad;
  const auto drawn = DcganGenerator(DcganGeneratorOptions{.width = 8})
                         ->forward(torch::randn({2, 100}), torch::zeros({2, 0}));
  EXPECT_EQ(drawn.sizes(), (std::vector<int64_t>{2, 3, 64, 64}));
  const auto judged = DcganDiscriminator(DcganDiscriminatorOptions{.width = 8})->forward(drawn);
  EXPECT_EQ(judged.real.sizes(), (std::vector<int64_t>{2}));
  EXPECT_FALSE(judged.tags.defined());
}

TEST(Dcgan, GeneratorLearnsOneBatchByHeart) {
  torch::manual_seed(0);
  DcganGenerator net(DcganGeneratorOptions{.noise = 8, .width = 8});
  const auto noise = torch::randn({4, 8}), target = torch::rand({4, 3, 1, 1}).expand({4, 3, 64, 64}) - 0.5;
  EXPECT_LT(learned(*net, 60, 1e-2, [&] { return torch::mse_loss(net->forward(noise, {}), target); }), 0.1);
}

TEST(Dcgan, DiscriminatorLearnsOneBatchByHeart) {
  torch::manual_seed(0);
  DcganDiscriminator net(DcganDiscriminatorOptions{.tags = 2, .width = 8});
  const auto pictures = torch::randn({4, 3, 64, 64}),
             tags = torch::tensor({{0.f, 1.f}, {1.f, 1.f}, {0.f, 0.f}, {1.f, 0.f}});
  EXPECT_LT(
      learned(*net, 40, 1e-3,
              [&] { return torch::binary_cross_entropy_with_logits(net->forward(pictures).tags, tags); }),
      0.1);
}

TEST(Dcgan, CanBeDifferentiatedTwice) {
  DcganDiscriminator net(DcganDiscriminatorOptions{.width = 8});
  const auto x = torch::randn({4, 3, 64, 64}).requires_grad_();
  const auto slope = torch::autograd::grad({net->forward(x).real.sum()}, {x}, {}, true, true)[0];
  slope.square().sum().backward();
  EXPECT_GT(net->named_parameters()["main.0.weight"].grad().abs().sum().item<float>(), 0);
}

}  // namespace
}  // namespace sakuga::models
