#include "sakuga/models/keyframe_net.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/models/keyframe_input.h"
#include "sakuga/models/strips.h"
#include "sakuga/nn/state.h"

namespace sakuga::models {
namespace {

KeyframeNetOptions tiny() {
  return {.width = 8, .blocks = 1};
}

// What training would make of the layers that start at zero.
void shake(torch::nn::Module& net) {
  torch::NoGradGuard no_grad;
  for (auto& parameter : net.parameters()) parameter.add_(0.02 * torch::randn_like(parameter));
}

TEST(KeyframeNet, HasTheParametersThatTheHeaderSays) {
  EXPECT_EQ(nn::parameter_count(*KeyframeNet()), 756'972);
}

TEST(KeyframeNet, DrawsAPictureOfTheSameSize) {
  KeyframeNet net(tiny());
  EXPECT_EQ(net->forward(torch::zeros({2, 3, 24, 40})).sizes(), (std::vector<int64_t>{2, 3, 24, 40}));
}

// As torch operations: see keyframe_input.h.
torch::Tensor input_by_torch(const torch::Tensor& picture, const torch::Tensor& features,
                             const torch::Tensor& extras) {
  const auto lightness =
      0.299 * features.narrow(1, 3, 1) + 0.587 * features.narrow(1, 4, 1) + 0.114 * features.narrow(1, 5, 1);
  const auto centres = torch::linspace(-1, 1, kKeyframeTones).view({1, -1, 1, 1});
  const auto tones = torch::relu(1 - (lightness - centres).abs() * (0.5 * (kKeyframeTones - 1)));
  return torch::cat({torch::pixel_unshuffle(torch::cat({picture, features, tones}, 1), 2), extras}, 1);
}

TEST(KeyframeNet, TakesItsInputApartAsTorchDoes) {
  torch::manual_seed(1);
  const auto picture = torch::rand({1, 3, 6, 10}) * 2 - 1, extras = torch::rand({1, 4, 3, 5});
  const auto features = torch::rand({1, 8, 6, 10}) * 2.4 - 1.2;  // Filters may overshoot.
  auto pixels = torch::full({3, 5, kKeyframeChannels}, 7.0f);
  keyframe_input(picture.data_ptr<float>(), features.data_ptr<float>(), extras.data_ptr<float>(), 6, 10,
                 kKeyframeChannels, pixels.data_ptr<float>());
  const auto maps = pixels.permute({2, 0, 1}).unsqueeze(0);
  const auto expected = input_by_torch(picture, features, extras);
  EXPECT_LT((maps.narrow(1, 0, kKeyframeInputs) - expected).abs().max().item<float>(), 1e-5f);
  EXPECT_EQ(maps.narrow(1, kKeyframeInputs, kKeyframeChannels - kKeyframeInputs).abs().max().item<float>(),
            0);
}

TEST(KeyframeNet, SeesTheGuide) {
  torch::manual_seed(1);
  KeyframeNet net(tiny());
  const auto picture = torch::rand({1, 3, 16, 16}) * 2 - 1;
  const auto guided = net->draw(picture, KeyframeNetImpl::features(picture), torch::rand({1, 4, 8, 8}));
  EXPECT_GT((guided - net->forward(picture)).abs().max().item<float>(), 1e-4f);
}

TEST(KeyframeNet, EveryParameterGetsAGradient) {
  torch::manual_seed(1);
  KeyframeNet net(tiny());
  shake(*net);
  const auto picture = torch::rand({1, 3, 16, 16}) * 2 - 1;
  net->paint(picture, KeyframeNetImpl::features(picture), torch::rand({1, 4, 8, 8})).abs().sum().backward();
  for (const auto& item : net->named_parameters())
    EXPECT_GT(item.value().grad().abs().sum().item<float>(), 0) << item.key();
}

TEST(KeyframeNet, StripsGiveThePictureOfTheWhole) {
  torch::manual_seed(1);
  torch::NoGradGuard no_grad;
  KeyframeNet net(tiny());
  shake(*net);
  const auto picture = torch::rand({1, 3, 512, 16}) * 2 - 1;
  int strips = 0;
  const auto drawn =
      draw_in_strips(picture, net->multiple(), net->context_px(), 16 * 300, [&](int64_t first, int64_t rows) {
        ++strips;
        return net->forward(picture.narrow(2, first, rows));
      });
  EXPECT_GT(strips, 2);
  // Not to the last bit: windows' sums begin elsewhere, and bfloat16 may round the other way.
  const auto difference = (drawn - net->forward(picture)).abs();
  EXPECT_LT(difference.mean().item<float>(), 1e-4f);
  EXPECT_LT(difference.max().item<float>(), 0.02f);
}

// How unlike its middle an even picture is drawn; pixels of one place in a tile of the net are compared.
float unevenness(const torch::Tensor& drawn) {
  const auto middle = drawn.narrow(2, 64, 8).narrow(3, 64, 8);
  return (drawn - middle.repeat({1, 1, drawn.size(2) / 8, drawn.size(3) / 8})).abs().mean().item<float>();
}

TEST(KeyframeNet, DrawsTheBorderMoreAsTheMiddleThanPaintingAloneDoes) {
  torch::manual_seed(1);
  torch::NoGradGuard no_grad;
  KeyframeNet net(tiny());
  shake(*net);
  const auto even = torch::full({1, 3, 128, 128}, 0.3);
  const auto extras = torch::cat({torch::zeros({1, 3, 64, 64}), torch::ones({1, 1, 64, 64})}, 1);
  const auto features = KeyframeNetImpl::features(even);
  EXPECT_LT(unevenness(net->draw(even, features, extras)),
            0.8f * unevenness(net->paint(even, features, extras)));
}

TEST(KeyframeNet, RefusesAWidthThatIsNoMultipleOf8) {
  EXPECT_THROW(KeyframeNet(KeyframeNetOptions{.width = 12}), core::Error);
}

}  // namespace
}  // namespace sakuga::models
