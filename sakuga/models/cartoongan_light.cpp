#include "sakuga/models/cartoongan_light.h"

#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

constexpr double kSlope = 0.2;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).bias(false));
}

Tensor activated(const Tensor& x) {
  return torch::leaky_relu(x, kSlope);
}

Tensor through(torch::nn::ModuleList& layers, Tensor x) {
  for (const auto& layer : *layers) x = layer->as<LightConv>()->forward(x);
  return x;
}

}  // namespace

LightConvImpl::LightConvImpl(int64_t in, int64_t out, int64_t kernel, int64_t stride)
    : stride_(stride),
      conv_(register_module("conv", conv(in, out, kernel))),
      norm_(register_module("norm", PictureNorm(out, PictureNormImpl::Over::Picture))) {}

Tensor LightConvImpl::forward(const Tensor& x) {
  const int64_t padding = conv_->weight.size(2) / 2;
  const auto y = nn::conv2d(x, conv_->weight, {}, {.stride = stride_, .padding = padding, .reflect = true});
  return activated(norm_->forward(y));
}

InvertedBlockImpl::InvertedBlockImpl(int64_t in, int64_t out)
    : residual_(in == out),
      expand_(register_module("expand", LightConv(in, 2 * in, 1))),
      depthwise_(register_module(
          "depthwise",
          torch::nn::Conv2d(torch::nn::Conv2dOptions(2 * in, 2 * in, 3).groups(2 * in).bias(true)))),
      depthwise_norm_(register_module("depthwise_norm", PictureNorm(2 * in, PictureNormImpl::Over::Picture))),
      project_(register_module("project", conv(2 * in, out, 1))),
      project_norm_(register_module("project_norm", PictureNorm(out, PictureNormImpl::Over::Picture))) {}

Tensor InvertedBlockImpl::forward(const Tensor& x) {
  const auto wide = nn::depthwise_conv2d(expand_->forward(x), depthwise_->weight, depthwise_->bias);
  const auto y = nn::conv2d(activated(depthwise_norm_->forward(wide)), project_->weight, {});
  return project_norm_->forward(y, false, residual_ ? x : Tensor());
}

CartoonganLightImpl::CartoonganLightImpl(const CartoonganLightOptions& options)
    : skip_(options.skip),
      conv_in_(register_module("conv_in", LightConv(3, options.width, 7))),
      down_(register_module("down", torch::nn::ModuleList())),
      blocks_(register_module("blocks", torch::nn::ModuleList())),
      up_half_(register_module("up_half", torch::nn::ModuleList())),
      up_full_(register_module("up_full", torch::nn::ModuleList())),
      conv_out_(register_module("conv_out", conv(options.width, 3, 1))) {
  const int64_t width = options.width, half = 2 * width, quarter = 4 * width, inner = 8 * width;
  down_->push_back(LightConv(width, half, 3, 2));
  down_->push_back(LightConv(half, half, 3));
  down_->push_back(LightConv(half, quarter, 3, 2));
  down_->push_back(LightConv(quarter, quarter, 3));
  down_->push_back(LightConv(quarter, quarter, 3));
  for (int64_t i = 0; i < options.blocks; ++i)
    blocks_->push_back(InvertedBlock(i == 0 ? quarter : inner, inner));
  up_half_->push_back(LightConv(inner, quarter, 3));  // Still of a quarter of the size.
  up_half_->push_back(LightConv(quarter, quarter, 3));
  up_half_->push_back(LightConv(quarter, quarter, 3));
  up_full_->push_back(LightConv(quarter, half, 3));
  up_full_->push_back(LightConv(half, half, 3));
  up_full_->push_back(LightConv(half, width, 7));
  initialise(*this, "he");
}

Tensor CartoonganLightImpl::forward(const Tensor& pictures) {
  const auto first = conv_in_->forward(nn::to_compute(pictures));
  auto x = through(down_, first);
  for (const auto& block : *blocks_) x = block->as<InvertedBlock>()->forward(x);
  x = nn::enlarge(up_half_[0]->as<LightConv>()->forward(x));
  for (const size_t i : {1, 2}) x = up_half_[i]->as<LightConv>()->forward(x);
  x = through(up_full_, nn::enlarge(x));
  if (skip_) x = x + first;
  return torch::tanh(nn::from_compute(nn::conv2d(x, conv_out_->weight, {})));
}

}  // namespace sakuga::models
