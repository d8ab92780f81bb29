#include "sakuga/models/srresnet.h"

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/srresnet_discriminator.h"

namespace sakuga::models {
namespace {

constexpr auto kFile = "srresnet.safetensors";
const SrresnetGeneratorOptions kSmall{.size = 64, .tags = 3, .width = 32, .blocks = 2};

torch::Tensor every_fifth(const torch::Tensor& x) {
  using torch::indexing::Slice;
  return x.detach().index(
      {Slice(), Slice(), Slice(0, torch::indexing::None, 5), Slice(0, torch::indexing::None, 5)});
}

TEST(SrresnetGenerator, HasTheParametersOfThePaper) {
  EXPECT_EQ(nn::parameter_count(*SrresnetGenerator()), 4'352'643);
}

TEST(SrresnetGenerator, DrawsEverySizeFrom64To256) {
  torch::NoGradGuard no_grad;
  for (const int64_t size : {64, 128, 256}) {
    SrresnetGenerator net(
        SrresnetGeneratorOptions{.size = size, .noise = 4, .tags = 0, .width = 32, .blocks = 1});
    const auto drawn = net->forward(torch::randn({2, 4}), torch::zeros({2, 0}));
    EXPECT_EQ(drawn.sizes(), (std::vector<int64_t>{2, 3, size, size}));
    EXPECT_LE(drawn.abs().max().item<float>(), 1);
  }
}

TEST(SrresnetGenerator, AgreesWithTheReference) {
  const WithPrecision float32(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  SrresnetGenerator net;
  set_formula(*net, {{"conv_out.weight", 0.125}});
  net->eval();
  EXPECT_LE(difference(every_fifth(net->forward(uniform("noise", {2, 128}), uniform("tags", {2, 34}))), kFile,
                       "generator_128_evaluating"),
            1e-4);
}

TEST(SrresnetGenerator, AgreesWithTheReferenceInTraining) {
  const WithPrecision float32(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  SrresnetGenerator net(kSmall);
  set_formula(*net, {{"conv_out.weight", 0.125}});
  EXPECT_LE(difference(every_fifth(net->forward(uniform("noise", {4, 128}), uniform("tags", {4, 3}))), kFile,
                       "generator_64_training"),
            1e-4);
}

TEST(SrresnetGenerator, AgreesWithTheReferenceWhenPreparedForDrawing) {
  const WithPrecision float32(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  SrresnetGenerator net;
  set_formula(*net, {{"conv_out.weight", 0.125}});
  net->eval();
  net->prepare_for_drawing();
  EXPECT_LE(difference(every_fifth(net->forward(uniform("noise", {2, 128}), uniform("tags", {2, 34}))), kFile,
                       "generator_128_evaluating"),
            1e-4);
}

TEST(SrresnetGenerator, ComputesAlikeInTheEngine) {
  if (nn::compute_precision() != nn::Precision::Bfloat16) GTEST_SKIP() << "no bfloat16 here";
  torch::NoGradGuard no_grad;
  SrresnetGenerator net;
  set_formula(*net, {{"conv_out.weight", 0.125}});
  net->eval();
  const auto drawn = every_fifth(net->forward(uniform("noise", {2, 128}), uniform("tags", {2, 34})));
  EXPECT_LE((drawn - golden(kFile, "generator_128_evaluating")).abs().mean().item<double>(), 0.02);
}

TEST(SrresnetGenerator, LearnsOneBatchByHeart) {
  torch::manual_seed(0);
  SrresnetGenerator net(
      SrresnetGeneratorOptions{.size = 16, .noise = 8, .tags = 2, .width = 32, .blocks = 1});
  const auto noise = torch::randn({4, 8}), tags = torch::randn({4, 2});
  const auto target = torch::rand({4, 3, 1, 1}).expand({4, 3, 16, 16}) - 0.5;
  EXPECT_LT(learned(*net, 120, 5e-3, [&] { return torch::mse_loss(net->forward(noise, tags), target); }),
            0.1);
}

TEST(SrresnetGenerator, EveryParameterGetsAGradient) {
  SrresnetGenerator net(kSmall);
  net->forward(torch::randn({4, 128}), torch::randn({4, 3})).square().sum().backward();
  for (const auto& item : net->named_parameters())
    EXPECT_TRUE(item.value().grad().defined() && item.value().grad().abs().sum().item<float>() > 0)
        << item.key();
}

TEST(SrresnetGenerator, RefusesSizesThatItCannotReach) {
  EXPECT_THROW(SrresnetGenerator(SrresnetGeneratorOptions{.size = 100}), core::Error);
  EXPECT_THROW(SrresnetGenerator(SrresnetGeneratorOptions{.width = 40}), core::Error);
}

TEST(SrresnetDiscriminator, HasTheParametersOfBothForms) {
  EXPECT_EQ(nn::parameter_count(*SrresnetDiscriminator()), 19'078'531);
  EXPECT_EQ(nn::parameter_count(*SrresnetDiscriminator(SrresnetDiscriminatorOptions{.kernel4_stages = 6})),
            23'895'427);
}

TEST(SrresnetDiscriminator, AgreesWithTheReference) {
  const WithPrecision float32(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  const auto check = [](const SrresnetDiscriminatorOptions& options, const std::string& form) {
    SrresnetDiscriminator net(options);
    set_formula(*net);
    const auto judged = net->forward(uniform("pictures", {2, 3, options.size, options.size}));
    EXPECT_LE(difference(judged.real, kFile, "discriminator_" + form + "_real"), 1e-4);
    EXPECT_LE(difference(judged.tags, kFile, "discriminator_" + form + "_tags"), 1e-4);
  };
  check({}, "figure");
  check({.kernel4_stages = 6}, "animenet");
  check({.size = 64, .tags = 3}, "64");
}

TEST(SrresnetDiscriminator, JudgesEverySizeFrom64To256WithOrWithoutTags) {
  torch::NoGradGuard no_grad;
  for (const int64_t size : {64, 128, 256}) {
    SrresnetDiscriminator net(
        SrresnetDiscriminatorOptions{.size = size, .tags = size == 64 ? 0 : 5, .max_width = 64, .blocks = 1});
    const auto judged = net->forward(torch::randn({2, 3, size, size}));
    EXPECT_EQ(judged.real.sizes(), (std::vector<int64_t>{2}));
    if (size == 64)
      EXPECT_FALSE(judged.tags.defined());
    else
      EXPECT_EQ(judged.tags.sizes(), (std::vector<int64_t>{2, 5}));
  }
}

TEST(SrresnetDiscriminator, LearnsOneBatchByHeart) {
  torch::manual_seed(0);
  SrresnetDiscriminator net(
      SrresnetDiscriminatorOptions{.size = 16, .tags = 2, .max_width = 64, .blocks = 1, .init = "he"});
  const auto pictures = torch::randn({4, 3, 16, 16});
  const auto real = torch::tensor({0.f, 1.f, 1.f, 0.f}),
             tags = torch::tensor({{0.f, 1.f}, {1.f, 1.f}, {0.f, 0.f}, {1.f, 0.f}});
  EXPECT_LT(learned(*net, 60, 1e-3,
                    [&] {
                      const auto judged = net->forward(pictures);
                      return torch::binary_cross_entropy_with_logits(judged.real, real) +
                             torch::binary_cross_entropy_with_logits(judged.tags, tags);
                    }),
            0.05);
}

TEST(SrresnetDiscriminator, ItsGradientPenaltyReachesTheParameters) {
  SrresnetDiscriminator net(
      SrresnetDiscriminatorOptions{.size = 16, .tags = 2, .max_width = 64, .blocks = 1});
  const auto x = torch::randn({4, 3, 16, 16}).requires_grad_();
  const auto slope = torch::autograd::grad({net->forward(x).real.sum()}, {x}, {}, true, true)[0];
  (slope.flatten(1).norm(2, 1) - 1).square().mean().backward();
  EXPECT_GT(net->named_parameters()["conv_in.weight"].grad().abs().sum().item<float>(), 0);
  EXPECT_GT(net->named_parameters()["features.0.res.0.conv1.weight"].grad().abs().sum().item<float>(), 0);
}

TEST(SrresnetDiscriminator, RefusesSizesThatAreNoPowersOfTwo) {
  EXPECT_THROW(SrresnetDiscriminator(SrresnetDiscriminatorOptions{.size = 96}), core::Error);
}

}  // namespace
}  // namespace sakuga::models
