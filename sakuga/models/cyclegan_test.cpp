#include "sakuga/models/cyclegan.h"

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"
#include "sakuga/nn/conv_engine.h"

namespace sakuga::models {
namespace {

constexpr auto kFile = "cyclegan.safetensors";

CycleganGenerator small() {
  CycleganGenerator net(CycleganGeneratorOptions{.width = 32, .blocks = 1});
  set_formula(*net);
  return net;
}

TEST(Cyclegan, HasThePublishedParameters) {
  EXPECT_EQ(nn::parameter_count(*CycleganGenerator()), 11'378'179);
  EXPECT_EQ(nn::parameter_count(*CycleganDiscriminator()), 2'764'737);
}

TEST(Cyclegan, AgreesWithTheReference) {
  using torch::indexing::None;
  using torch::indexing::Slice;
  const WithPrecision precision(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  const auto pictures = uniform("pictures", {2, 3, 32, 32});
  const auto drawn = small()->forward(pictures);
  EXPECT_LE(
      difference(drawn.index({Slice(), Slice(), Slice(0, None, 3), Slice(0, None, 3)}), kFile, "generator"),
      1e-4);
  CycleganDiscriminator judge(CycleganDiscriminatorOptions{.width = 8});
  set_formula(*judge);
  EXPECT_LE(difference(judge->forward(pictures).patches, kFile, "patches"), 1e-4);
}

TEST(Cyclegan, InTheEngineTranslatesTheSamePicture) {
  if (!nn::conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  torch::NoGradGuard no_grad;
  const auto pictures = uniform("pictures", {2, 3, 32, 32});
  std::vector<torch::Tensor> results;
  for (const auto precision : {nn::Precision::Float32, nn::Precision::Bfloat16}) {
    const WithPrecision with(precision);
    results.push_back(small()->forward(pictures));
  }
  EXPECT_LE(((results[0] - results[1]).norm() / results[0].norm()).item<double>(), 0.03);
}

TEST(Cyclegan, LearnsOneBatchByHeart) {
  torch::manual_seed(0);
  CycleganGenerator net(CycleganGeneratorOptions{.width = 32, .blocks = 1});
  const auto pictures = torch::rand({2, 3, 16, 16}) - 0.5,
             target = torch::rand({2, 3, 1, 1}).expand({2, 3, 16, 16}) - 0.5;
  EXPECT_LT(learned(*net, 40, 2e-3, [&] { return torch::mse_loss(net->forward(pictures), target); }), 0.2);
}

TEST(Cyclegan, RefusesOddWidths) {
  EXPECT_THROW(CycleganGenerator(CycleganGeneratorOptions{.width = 40}), core::Error);
}

}  // namespace
}  // namespace sakuga::models
