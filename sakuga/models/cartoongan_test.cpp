#include "sakuga/models/cartoongan.h"

#include "sakuga/core/error.h"
#include "sakuga/models/cartoongan_light.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/model_file.h"
#include "sakuga/models/picture_translator.h"
#include "sakuga/nn/conv_engine.h"

namespace sakuga::models {
namespace {

using torch::Tensor;
using torch::indexing::None;
using torch::indexing::Slice;

constexpr auto kFile = "cartoongan.safetensors";

Tensor every_third(const Tensor& pictures) {
  return pictures.index({Slice(), Slice(), Slice(0, None, 3), Slice(0, None, 3)});
}

CartoonganGenerator small(bool bgr = false) {
  CartoonganGenerator net(CartoonganGeneratorOptions{.width = 32, .blocks = 1, .bgr = bgr});
  set_formula(*net);
  return net;
}

CartoonganLight small_light(bool skip, int64_t width = 8) {
  CartoonganLight net(CartoonganLightOptions{.width = width, .blocks = 2, .skip = skip});
  set_formula(*net);
  return net;
}

TEST(Cartoongan, HasThePublishedParameters) {
  EXPECT_EQ(nn::parameter_count(*CartoonganGenerator()), 11'129'667);
  EXPECT_EQ(nn::parameter_count(*CartoonganDiscriminator()), 1'129'665);
  EXPECT_EQ(nn::parameter_count(*CartoonganLight()), 2'143'552);
}

TEST(Cartoongan, AgreesWithTheReference) {
  const WithPrecision precision(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  const auto pictures = uniform("pictures", {2, 3, 32, 32});
  EXPECT_LE(difference(every_third(small()->forward(pictures)), kFile, "generator"), 1e-4);
  EXPECT_LE(difference(every_third(small(true)->forward(pictures)), kFile, "generator_bgr"), 1e-4);
  EXPECT_LE(difference(every_third(small_light(false)->forward(pictures)), kFile, "light"), 1e-4);
  EXPECT_LE(difference(every_third(small_light(true)->forward(pictures)), kFile, "light_skip"), 1e-4);
  CartoonganDiscriminator judge(CartoonganDiscriminatorOptions{.width = 8});
  set_formula(*judge);
  EXPECT_LE(difference(judge->forward(pictures).patches, kFile, "patches"), 1e-4);
}

TEST(Cartoongan, InTheEngineDrawsTheSamePictureAndLearnsTheSame) {
  if (!nn::conv_engine_available()) GTEST_SKIP() << "no AVX512-BF16 on this processor";
  const std::vector<std::shared_ptr<TranslatorNet>> nets = {small().ptr(), small_light(true, 32).ptr()};
  CartoonganDiscriminator judge(CartoonganDiscriminatorOptions{.width = 32});
  set_formula(*judge);
  const auto pictures = uniform("pictures", {2, 3, 32, 32});
  for (const auto& net : nets) {
    std::vector<std::vector<Tensor>> results;
    for (const auto precision : {nn::Precision::Float32, nn::Precision::Bfloat16}) {
      const WithPrecision with(precision);
      net->zero_grad();
      const auto drawn = net->forward(pictures);
      const auto patches = judge->forward(drawn).patches;
      (patches.square().sum() + drawn.square().sum()).backward();
      auto& result = results.emplace_back();
      result = {drawn.detach(), patches.detach()};
      for (const auto& parameter : net->parameters()) result.push_back(parameter.grad().clone());
    }
    // The gradient of a bias before a normalisation is zero but for rounding: nothing to compare.
    size_t compared = 0;
    for (size_t i = 0; i < results[0].size(); ++i) {
      const auto size = results[0][i].norm();
      if (size.item<double>() < 1e-3) continue;
      EXPECT_LE(((results[0][i] - results[1][i]).norm() / size).item<double>(), i < 2 ? 0.05 : 0.35)
          << "tensor " << i;
      ++compared;
    }
    EXPECT_GT(compared, results[0].size() / 2);
  }
}

TEST(Cartoongan, LearnsOneBatchByHeart) {
  const WithPrecision precision(nn::Precision::Float32);
  torch::manual_seed(0);
  const std::vector<std::shared_ptr<TranslatorNet>> nets = {
      CartoonganGenerator(CartoonganGeneratorOptions{.width = 32, .blocks = 1}).ptr(),
      CartoonganLight(CartoonganLightOptions{.width = 8, .blocks = 1}).ptr()};
  const auto pictures = torch::rand({2, 3, 16, 16}) - 0.5,
             target = torch::rand({2, 3, 1, 1}).expand({2, 3, 16, 16}) - 0.5;
  for (const auto& net : nets)
    EXPECT_LT(learned(*net, 40, 3e-3, [&] { return torch::mse_loss(net->forward(pictures), target); }), 0.2);
}

TEST(Cartoongan, TellsPicturesApart) {
  const WithPrecision precision(nn::Precision::Float32);
  torch::manual_seed(0);
  CartoonganDiscriminator judge(CartoonganDiscriminatorOptions{.width = 8});
  EXPECT_LT(learned_to_tell_apart(*judge), 0.2);
}

TEST(Cartoongan, RefusesOddWidths) {
  EXPECT_THROW(CartoonganGenerator(CartoonganGeneratorOptions{.width = 40}), core::Error);
}

// The authors' weights as their PyTorch port names them, of fewer channels and blocks.
nn::State published_state(const CartoonganGenerator& net) {
  const std::vector<std::pair<std::string, std::string>> names = {
      {"conv_in.", "conv01_1."},        {"norm_in.", "in01_1."},        {"down.0.resize.", "conv02_1."},
      {"down.0.conv.", "conv02_2."},    {"down.0.norm.", "in02_1."},    {"down.1.resize.", "conv03_1."},
      {"down.1.conv.", "conv03_2."},    {"down.1.norm.", "in03_1."},    {"blocks.0.conv1.", "conv04_1."},
      {"blocks.0.conv2.", "conv04_2."}, {"blocks.0.norm1.", "in04_1."}, {"blocks.0.norm2.", "in04_2."},
      {"up.0.resize.", "deconv01_1."},  {"up.0.conv.", "deconv01_2."},  {"up.0.norm.", "in05_1."},
      {"up.1.resize.", "deconv02_1."},  {"up.1.conv.", "deconv02_2."},  {"up.1.norm.", "in06_1."},
      {"conv_out.", "deconv03_1."}};
  auto state = nn::collect_state(*net);
  for (auto& view : state.views)
    for (const auto& [ours, theirs] : names)
      if (view.name.starts_with(ours)) {
        view.name = theirs + view.name.substr(ours.size());
        break;
      }
  return state;
}

TEST(Cartoongan, ComesInFromThePublishedLayoutAndDrawsAtOnce) {
  const WithPrecision precision(nn::Precision::Float32);
  const ModelFile published("published"), model("model");
  weights::write_safetensors(published.path(), published_state(small(true)).views, {});
  import_model(published.path(), model.path(), {.title = "Hayao"});
  const auto translator = PictureTranslator::load(model.path());
  EXPECT_EQ(translator->card().architecture, "cartoongan");
  EXPECT_EQ(translator->card().options.at("bgr"), true);
  media::Image8 picture(36, 33, 3);
  for (size_t i = 0; i < picture.bytes.size(); ++i) picture.bytes[i] = uint8_t(i * 37 % 251);
  const auto drawn = translator->translate(std::span(&picture, 1))[0].picture;
  EXPECT_EQ(drawn.width, 36);
  EXPECT_EQ(drawn.height, 33);
  EXPECT_NE(drawn, picture);
  EXPECT_THROW(PictureTranslator::load(model.path(), Direction::Back), core::Error);
}

TEST(Cartoongan, WeightsOfAnotherSizeNameTheFirstThreeThatDoNotFit) {
  const ModelFile published("published"), model("model");
  weights::write_safetensors(published.path(), published_state(small()).views, {});
  try {
    import_model(published.path(), model.path(), {.options = {{"width", 64}}});
    FAIL();
  } catch (const core::Error& error) {
    const std::string message = error.what();
    EXPECT_EQ(error.kind(), core::ErrorKind::CorruptInput);
    size_t named = 0;
    for (size_t at = message.find('\''); at != std::string::npos; at = message.find('\'', at + 1)) ++named;
    EXPECT_EQ(named, 6) << message;
  }
}

}  // namespace
}  // namespace sakuga::models
