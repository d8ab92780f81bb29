#include "sakuga/core/error.h"
#include "sakuga/models/ugatit_golden.h"
#include "sakuga/nn/conv_engine.h"

namespace sakuga::models {
namespace {

using torch::Tensor;
using torch::indexing::None;
using torch::indexing::Slice;

Tensor every_third(const Tensor& pictures) {
  return pictures.index({Slice(), Slice(), Slice(0, None, 3), Slice(0, None, 3)});
}

TEST(Ugatit, HasThePublishedParameters) {
  const int64_t light = nn::parameter_count(*UgatitGenerator());
  const int64_t local = nn::parameter_count(*UgatitDiscriminator());
  const int64_t global = nn::parameter_count(*UgatitDiscriminator(UgatitDiscriminatorOptions{.layers = 7}));
  EXPECT_EQ(light, 10'589'888);
  EXPECT_EQ(local, 3'290'560);
  EXPECT_EQ(global, 53'130'176);
  EXPECT_EQ(2 * (light + local + global), 134'021'248);

  // The full form replaces one layer of 256 inputs by one of every number in the map, 4 * 4 * 256 at 16
  // pixels; at 256 pixels that is a gigabyte.
  const int64_t full16 =
      nn::parameter_count(*UgatitGenerator(UgatitGeneratorOptions{.size = 16, .light = false}));
  EXPECT_EQ(full16, light + 256 * 256 * (4 * 4 - 1));
  const int64_t full256 = light + 256 * 256 * (64 * 64 - 1);
  EXPECT_EQ(2 * (full256 + local + global), 670'761'088);
}

TEST(Ugatit, TranslatesAsTheReference) {
  const WithPrecision precision(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  for (const bool light : {true, false}) {
    const std::string form = light ? "light" : "full";
    const auto said = golden_ugatit("ab.", light)->translate(uniform("pictures", {2, 3, 32, 32}));
    EXPECT_LE(difference(every_third(said.pictures), kUgatitGolden, form + "_pictures"), 1e-4);
    EXPECT_LE(difference(said.domain, kUgatitGolden, form + "_domain"), 1e-4);
    EXPECT_LE(difference(said.attention, kUgatitGolden, form + "_attention"), 1e-4);
  }
}

TEST(Ugatit, JudgesAsTheReference) {
  const WithPrecision precision(nn::Precision::Float32);
  for (const int64_t layers : {4, 5}) {
    const auto said = golden_ugatit_judge("local_a.", layers)->forward(uniform("pictures", {2, 3, 32, 32}));
    const auto name = fmt::format("judge_{}_", layers);
    EXPECT_LE(difference(said.patches, kUgatitGolden, name + "patches"), 1e-4);
    EXPECT_LE(difference(said.domain, kUgatitGolden, name + "domain"), 1e-4);
  }
}

TEST(Ugatit, InTheEngineTranslatesTheSamePicture) {
  if (!nn::conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  torch::manual_seed(5);
  UgatitGenerator net(UgatitGeneratorOptions{.size = 32, .width = 32, .blocks = 1});
  UgatitDiscriminator judge(UgatitDiscriminatorOptions{.width = 32, .layers = 4});
  judge->eval();
  const auto pictures = uniform("pictures", {2, 3, 32, 32});
  std::vector<std::vector<Tensor>> results;
  for (const auto precision : {nn::Precision::Float32, nn::Precision::Bfloat16}) {
    const WithPrecision with(precision);
    net->zero_grad();
    const auto said = net->translate(pictures);
    const auto judged = judge->forward(said.pictures);
    (judged.patches.sum() + said.pictures.square().sum()).backward();
    auto& result = results.emplace_back();
    result = {said.pictures.detach(), said.domain.detach(), said.attention.detach(), judged.patches.detach()};
    for (const auto& parameter : net->parameters())
      if (parameter.grad().defined()) result.push_back(parameter.grad().clone());
  }
  ASSERT_EQ(results[0].size(), results[1].size());
  for (size_t i = 0; i < results[0].size(); ++i)
    EXPECT_LE(((results[0][i] - results[1][i]).norm() / results[0][i].norm()).item<double>(),
              i < 4 ? 0.03 : 0.25)
        << "tensor " << i;
}

TEST(Ugatit, WithoutAttentionOrAdaptationStillTranslates) {
  UgatitGenerator plain(
      UgatitGeneratorOptions{.size = 16, .width = 8, .blocks = 1, .attention = false, .norm = "instance"});
  const auto said = plain->translate(torch::rand({1, 3, 20, 16}) - 0.5);
  EXPECT_EQ(said.pictures.sizes(), (std::vector<int64_t>{1, 3, 20, 16}));
  EXPECT_FALSE(said.domain.defined());
  EXPECT_FALSE(said.attention.defined());
  UgatitDiscriminator judge(UgatitDiscriminatorOptions{.width = 8, .layers = 4, .attention = false});
  EXPECT_FALSE(judge->forward(torch::rand({1, 3, 32, 32})).domain.defined());
}

TEST(Ugatit, KeepsRhoBetweenNoneAndAll) {
  UgatitGenerator net(UgatitGeneratorOptions{.size = 16, .width = 8, .blocks = 1});
  int64_t seen = 0;
  torch::NoGradGuard no_grad;
  for (auto& item : net->named_parameters())
    if (item.key().ends_with("rho")) item.value().fill_(seen++ % 2 ? 1.5 : -0.5);
  net->clip_parameters();
  for (const auto& item : net->named_parameters())
    if (item.key().ends_with("rho")) {
      const auto rho = item.value().flatten()[0].item<float>();
      EXPECT_TRUE(rho == 0 || rho == 1) << item.key();
    }
  EXPECT_EQ(seen, 4);
}

TEST(Ugatit, LearnsOneBatchByHeart) {
  const WithPrecision precision(nn::Precision::Float32);
  torch::manual_seed(0);
  UgatitGenerator net(UgatitGeneratorOptions{.size = 16, .width = 8, .blocks = 1});
  const auto pictures = torch::rand({2, 3, 16, 16}) - 0.5,
             target = torch::rand({2, 3, 1, 1}).expand({2, 3, 16, 16}) - 0.5;
  EXPECT_LT(learned(*net, 80, 3e-3, [&] { return torch::mse_loss(net->forward(pictures), target); }), 0.1);
}

TEST(Ugatit, TellsPicturesApart) {
  const WithPrecision precision(nn::Precision::Float32);
  torch::manual_seed(0);
  UgatitDiscriminator judge(UgatitDiscriminatorOptions{.width = 8, .layers = 4});
  EXPECT_LT(learned_to_tell_apart(*judge), 0.2);
}

TEST(Ugatit, RefusesSizesThatDoNotQuarter) {
  try {
    UgatitGenerator(UgatitGeneratorOptions{.size = 30});
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), core::ErrorKind::BadRequest);
  }
}

}  // namespace
}  // namespace sakuga::models
