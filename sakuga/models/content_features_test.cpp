#include "sakuga/models/content_features.h"

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/squeezenet.h"
#include "sakuga/models/vgg19.h"
#include "sakuga/nn/conv_engine.h"
#include "sakuga/nn/state.h"

namespace sakuga::models {
namespace {

using core::TemporaryFolder;
using torch::Tensor;

void write(const torch::nn::Module& net, const std::filesystem::path& path) {
  weights::write_safetensors(path, nn::collect_state(net).views, {});
}

Vgg19 formula_vgg() {
  Vgg19 net;
  set_formula(*net, {}, 1.5);
  return net;
}

// The published layers, in torch's own operations.
Tensor published_conv4_4(Vgg19& net, Tensor x) {
  const auto parameters = net->named_parameters();
  for (const int i : {0, 2, -1, 5, 7, -1, 10, 12, 14, 16, -1, 19, 21, 23, 25}) {
    if (i < 0) {
      x = torch::max_pool2d(x, 2);
      continue;
    }
    const auto name = fmt::format("features.{}.", i);
    x = torch::conv2d(x, parameters[name + "weight"], parameters[name + "bias"], 1, 1);
    if (i < 25) x = torch::relu(x);
  }
  return x;
}

TEST(Vgg19, HasTheParametersOfThePaperUpToConv4) {
  EXPECT_EQ(nn::parameter_count(*Vgg19()), 10'585'152);
}

TEST(Vgg19, IsThePublishedNetInFloat32AndNearItInTheEngine) {
  auto net = formula_vgg();
  for (const bool engine : {false, true}) {
    if (engine && !nn::conv_engine_available()) continue;
    const WithPrecision precision(engine ? nn::Precision::Bfloat16 : nn::Precision::Float32);
    const auto x = uniform("pictures", {2, 3, 34, 40}).requires_grad_();
    const auto ours = net->forward(x), theirs = published_conv4_4(net, x);
    ASSERT_EQ(ours.sizes(), (std::vector<int64_t>{2, 512, 4, 5}));
    const double tolerance = engine ? 0.03 : 1e-4;
    EXPECT_LT((ours - theirs).norm().item<double>(), tolerance * theirs.norm().item<double>());
    const auto weight = uniform("weight", {2, 512, 4, 5});
    const auto our_slope = torch::autograd::grad({(ours * weight).sum()}, {x})[0];
    const auto their_slope = torch::autograd::grad({(theirs * weight).sum()}, {x})[0];
    // In bfloat16 ReLUs and pools that are nearly undecided choose otherwise.
    EXPECT_LT((our_slope - their_slope).norm().item<double>(),
              (engine ? 0.3 : 1e-4) * their_slope.norm().item<double>());
  }
}

TEST(ContentFeatures, TakeTorchvisionsVgg19) {
  const WithPrecision precision(nn::Precision::Float32);
  const TemporaryFolder folder;
  auto net = formula_vgg();
  net->register_module("classifier", torch::nn::Linear(4, 4));  // Further layers do no harm.
  write(*net, folder / "vgg.safetensors");
  const auto features = ContentFeatures::load(folder / "vgg.safetensors");
  EXPECT_EQ(features.description(), "VGG19, conv4_4");
  torch::NoGradGuard no_grad;
  // The mean colour of ImageNet is zero for the net.
  const auto mean = torch::tensor({0.485f, 0.456f, 0.406f}).view({1, 3, 1, 1}).expand({1, 3, 16, 16}) * 2 - 1;
  EXPECT_LT((features.map(mean) - net->forward(torch::zeros({1, 3, 16, 16}))).abs().max().item<float>(),
            1e-4);
}

TEST(ContentFeatures, TakeSqueezenetAndItsLastMapOfAnEighth) {
  const TemporaryFolder folder;
  Squeezenet net;
  set_formula(*net, {}, 1.5);
  write(*net, folder / "squeezenet.safetensors");
  const auto features = ContentFeatures::load(folder / "squeezenet.safetensors");
  const auto pictures = uniform("pictures", {2, 3, 64, 64}).requires_grad_();
  const auto map = features.map(pictures);
  EXPECT_EQ(map.sizes(), (std::vector<int64_t>{2, 512, 7, 7}));
  EXPECT_GT(torch::autograd::grad({map.sum()}, {pictures})[0].abs().sum().item<float>(), 0);
  // From here two layers lead to the features that metrics compare by.
  const auto bgr =
      ((pictures + 1) * 127.5).flip({1}) - torch::tensor({104.f, 117.f, 123.f}).view({1, 3, 1, 1});
  EXPECT_TRUE(torch::equal(map, net->map(bgr, 10)));
  EXPECT_TRUE(torch::equal(net->map(bgr, 12).mean({2, 3}), net->features(bgr)));
}

TEST(ContentFeatures, RefuseAnotherNet) {
  const TemporaryFolder folder;
  write(*torch::nn::Linear(2, 2), folder / "x.safetensors");
  core::expect_error(core::ErrorKind::BadRequest, "neither VGG19 nor SqueezeNet",
                     [&] { ContentFeatures::load(folder / "x.safetensors"); });
}

}  // namespace
}  // namespace sakuga::models
