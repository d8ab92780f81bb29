#include "sakuga/models/cyclegan.h"

#include "sakuga/models/translator_layers.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel));
}

}  // namespace

CycleganBlockImpl::CycleganBlockImpl(int64_t width)
    : conv1_(register_module("conv1", conv(width, width, 3))),
      conv2_(register_module("conv2", conv(width, width, 3))) {}

Tensor CycleganBlockImpl::forward(const Tensor& x) {
  const auto y = nn::instance_norm(reflected(x, conv1_, 1), {.relu = true});
  return nn::instance_norm(reflected(y, conv2_, 1), {.residual = x});
}

CycleganGeneratorImpl::CycleganGeneratorImpl(const CycleganGeneratorOptions& options)
    : conv_in_(register_module("conv_in", conv(3, engine_width("cyclegan", options.width), 7))),
      down_(register_module("down", torch::nn::ModuleList())),
      blocks_(register_module("blocks", torch::nn::ModuleList())),
      up_(register_module("up", torch::nn::ModuleList())),
      conv_out_(register_module("conv_out", conv(options.width, 3, 7))) {
  for (const int64_t width : {options.width, 2 * options.width}) down_->push_back(conv(width, 2 * width, 3));
  for (int64_t i = 0; i < options.blocks; ++i) blocks_->push_back(CycleganBlock(4 * options.width));
  for (const int64_t width : {4 * options.width, 2 * options.width})
    up_->push_back(torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(width, width / 2, 3)));
  initialise(*this, "normal");
}

Tensor CycleganGeneratorImpl::forward(const Tensor& pictures) {
  auto x = nn::instance_norm(reflected(nn::to_compute(pictures), conv_in_, 3), {.relu = true});
  for (const auto& down : *down_) {
    auto& strided = *down->as<torch::nn::Conv2dImpl>();
    x = nn::conv2d(x, strided.weight, strided.bias, {.stride = 2, .padding = 1});
    x = nn::instance_norm(x, {.relu = true});
  }
  for (const auto& block : *blocks_) x = block->as<CycleganBlock>()->forward(x);
  for (const auto& up : *up_)
    x = nn::instance_norm(doubled(x, *up->as<torch::nn::ConvTranspose2dImpl>()), {.relu = true});
  return torch::tanh(nn::from_compute(reflected(x, conv_out_, 3)));
}

CycleganDiscriminatorImpl::CycleganDiscriminatorImpl(const CycleganDiscriminatorOptions& options)
    : layers_(register_module("layers", torch::nn::ModuleList())) {
  int64_t in = 3;
  for (const int64_t out :
       {options.width, 2 * options.width, 4 * options.width, 8 * options.width, int64_t(1)}) {
    layers_->push_back(conv(in, out, 4));
    in = out;
  }
  initialise(*this, "normal");
}

PatchJudgement CycleganDiscriminatorImpl::forward(const Tensor& pictures) {
  constexpr double kSlope = 0.2;
  auto x = nn::to_compute(pictures);
  for (size_t i = 0; i < layers_->size(); ++i) {
    auto& layer = *layers_[i]->as<torch::nn::Conv2dImpl>();
    const bool first = i == 0, last = i + 1 == layers_->size();
    x = nn::conv2d(x, layer.weight, layer.bias,
                   {.stride = i < 3 ? 2 : 1, .padding = 1, .leaky_slope = first ? kSlope : 1.0});
    if (!first && !last) x = torch::leaky_relu(nn::instance_norm(x), kSlope);
  }
  return {.patches = nn::from_compute(x)};
}

}  // namespace sakuga::models
