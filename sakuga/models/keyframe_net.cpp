#include "sakuga/models/keyframe_net.h"

#include <algorithm>

#include "sakuga/compose/plate_features.h"
#include "sakuga/core/error.h"
#include "sakuga/models/keyframe_input.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

constexpr double kSlope = 0.2;

static_assert(KeyframeNetImpl::kFeatures == kKeyframeFeatures && KeyframeNetImpl::kTones == kKeyframeTones &&
              KeyframeNetImpl::kExtras == kKeyframeExtras);

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(kernel / 2));
}

// The layer on a map of the engine, then, unless `last`, LeakyReLU.
torch::Tensor convolved(torch::nn::Conv2d& layer, const torch::Tensor& x, bool last = false,
                        int64_t stride = 1) {
  return nn::conv2d(
      x, layer->weight, layer->bias,
      {.stride = stride, .padding = layer->weight.size(2) / 2, .leaky_slope = last ? 1 : kSlope});
}

// The layer, every four channels as one of twice the size, and a map of that size added. The engine shuffles
// whole blocks only.
torch::Tensor enlarged(torch::nn::Conv2d& layer, const torch::Tensor& x, const torch::Tensor& beside) {
  if (layer->weight.size(0) % 128 == 0)
    return nn::conv2d(x, layer->weight, layer->bias, {.pixel_shuffle = true, .residual = beside});
  return torch::pixel_shuffle(nn::conv2d(x, layer->weight, layer->bias), 2) + beside;
}

// See keyframe_input.h: [n, 128, h / 2, w / 2] in the engine's memory order.
torch::Tensor input_maps(const torch::Tensor& pictures, const torch::Tensor& features,
                         const torch::Tensor& extras) {
  const auto on_processor = [](const torch::Tensor& x) {
    return x.detach().to(torch::kCPU, torch::kFloat).contiguous();
  };
  const auto planes = on_processor(pictures), maps = on_processor(features), more = on_processor(extras);
  const int64_t n = planes.size(0), height = planes.size(2), width = planes.size(3);
  auto input = torch::empty({height / 2, width / 2, n, kKeyframeChannels});
  for (int64_t i = 0; i < n; ++i)
    keyframe_input(planes[i].data_ptr<float>(), maps[i].data_ptr<float>(), more[i].data_ptr<float>(),
                   int(height), int(width), int(n) * kKeyframeChannels,
                   input.data_ptr<float>() + i * kKeyframeChannels);
  return input.permute({2, 3, 0, 1}).to(pictures.device());
}

const KeyframeNetOptions& checked(const KeyframeNetOptions& options) {
  if (options.width % 8 != 0)
    core::fail(core::ErrorKind::BadRequest, "keyframe-net: width should be a multiple of 8, is {}",
               options.width);
  return options;
}

}  // namespace

KeyframeBlockImpl::KeyframeBlockImpl(int64_t width)
    : conv1_(register_module("conv1", conv(width, width, 3))),
      conv2_(register_module("conv2", conv(width, width, 3))) {}

torch::Tensor KeyframeBlockImpl::forward(const torch::Tensor& x) {
  return nn::conv2d(convolved(conv1_, x), conv2_->weight, conv2_->bias, {.padding = 1, .residual = x});
}

void KeyframeBlockImpl::start_at_zero() {
  torch::NoGradGuard no_grad;
  conv2_->weight.zero_();
}

KeyframeNetImpl::KeyframeNetImpl(const KeyframeNetOptions& options)
    : options_(checked(options)),
      conv_in_(register_module("conv_in", conv(kKeyframeInputs, 2 * options.width, 1))),
      detail_(register_module("detail", conv(2 * options.width, 2 * options.width, 3))),
      down1_(register_module("down1", conv(2 * options.width, 2 * options.width, 3, 2))),
      down2_(register_module("down2", conv(2 * options.width, 3 * options.width, 3, 2))),
      blocks_(register_module("blocks", torch::nn::ModuleList())),
      up1_(register_module("up1", conv(3 * options.width, 8 * options.width, 1))),
      fuse1_(register_module("fuse1", conv(2 * options.width, 2 * options.width, 3))),
      up2_(register_module("up2", conv(2 * options.width, 8 * options.width, 1))),
      fuse2_(register_module("fuse2", conv(2 * options.width, 2 * options.width, 3))),
      conv_out_(register_module("conv_out", conv(2 * options.width, 12, 3))) {
  for (int64_t i = 0; i < options.blocks; ++i) blocks_->push_back(KeyframeBlock(3 * options.width));
  initialise(*this, "he");
  for (const auto& block : *blocks_) block->as<KeyframeBlock>()->start_at_zero();
  torch::NoGradGuard no_grad;
  conv_out_->weight.mul_(0.1);
}

torch::Tensor KeyframeNetImpl::features(const torch::Tensor& pictures) {
  const auto planes = pictures.to(torch::kCPU, torch::kFloat).contiguous();
  const int64_t n = planes.size(0), height = planes.size(2), width = planes.size(3);
  auto result = torch::empty({n, kFeatures, height, width});
  for (int64_t i = 0; i < n; ++i) {
    const auto maps = compose::plate_features(planes[i].data_ptr<float>(), int(height), int(width));
    std::copy(maps.begin(), maps.end(), result[i].data_ptr<float>());
  }
  return result.to(pictures.device());
}

torch::Tensor KeyframeNetImpl::paint(const torch::Tensor& pictures, const torch::Tensor& features,
                                     const torch::Tensor& extras) {
  const auto x = nn::to_compute(input_maps(pictures, features, extras));
  const auto weight =
      torch::constant_pad_nd(conv_in_->weight, {0, 0, 0, 0, 0, kKeyframeChannels - kKeyframeInputs});
  const auto first = nn::conv2d(x, weight, conv_in_->bias, {.leaky_slope = kSlope});
  const auto half = convolved(detail_, first);             // [n, 2w, h/2, w/2]
  const auto quarter = convolved(down1_, half, false, 2);  // [n, 2w, h/4, w/4]
  auto eighth = convolved(down2_, quarter, false, 2);      // [n, 3w, h/8, w/8]
  for (const auto& block : *blocks_) eighth = block->as<KeyframeBlock>()->forward(eighth);

  auto y = convolved(fuse1_, enlarged(up1_, eighth, quarter));
  y = convolved(fuse2_, enlarged(up2_, y, half));
  y = convolved(conv_out_, y, true);
  return features.narrow(1, 0, 3) + torch::pixel_shuffle(nn::from_compute(y), 2);
}

torch::Tensor KeyframeNetImpl::draw(const torch::Tensor& pictures, const torch::Tensor& features,
                                    const torch::Tensor& extras) {
  constexpr int64_t kFrame = 8;  // A multiple of multiple().
  namespace F = torch::nn::functional;
  const auto framed = [](const torch::Tensor& x, int64_t frame) {
    return F::pad(x, F::PadFuncOptions({frame, frame, frame, frame}).mode(torch::kReplicate));
  };
  const auto drawn = paint(framed(pictures, kFrame), framed(features, kFrame), framed(extras, kFrame / 2));
  return drawn.narrow(2, kFrame, pictures.size(2)).narrow(3, kFrame, pictures.size(3));
}

torch::Tensor KeyframeNetImpl::forward(const torch::Tensor& pictures) {
  auto extras = torch::zeros({pictures.size(0), kExtras, pictures.size(2) / 2, pictures.size(3) / 2},
                             pictures.options());
  extras.select(1, kExtras - 1).fill_(1);
  return draw(pictures, features(pictures), extras);
}

int64_t KeyframeNetImpl::context_px() const {
  // Pixels on each side, from the end: two 3x3 at 1/2, one at 1/4, two for each block, the strided ones,
  // one at 1/2 and the features.
  const int64_t reach = 2 * 2 + 4 + options_.blocks * 2 * 8 + 4 + 2 + 2 + compose::kFeatureReach;
  return (reach + 7) / 8 * 8;
}

}  // namespace sakuga::models
