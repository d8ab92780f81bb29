#include "sakuga/models/ugatit.h"

#include "sakuga/models/attention.h"
#include "sakuga/models/translator_layers.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, bool bias = false) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).bias(bias));
}

torch::nn::Linear dense(int64_t in, int64_t out) {
  return torch::nn::Linear(torch::nn::LinearOptions(in, out).bias(false));
}

const UgatitGeneratorOptions& checked(const UgatitGeneratorOptions& options) {
  if (options.size % 4 != 0)
    core::fail(core::ErrorKind::BadRequest, "ugatit: size should be a multiple of 4, it is {}", options.size);
  return options;
}

}  // namespace

LayerInstanceNormImpl::LayerInstanceNormImpl(int64_t channels, double rho, bool affine)
    : rho_(register_parameter("rho", torch::full({1, channels, 1, 1}, rho))) {
  if (!affine) return;
  scale_ = register_parameter("scale", torch::ones({1, channels, 1, 1}));
  shift_ = register_parameter("shift", torch::zeros({1, channels, 1, 1}));
}

Tensor LayerInstanceNormImpl::forward(const Tensor& x) {
  return forward(x, scale_.view({1, -1}), shift_.view({1, -1}), true, {});
}

Tensor LayerInstanceNormImpl::forward(const Tensor& x, const Tensor& scale, const Tensor& shift, bool relu,
                                      const Tensor& residual) {
  return nn::instance_norm(x, {.relu = relu,
                               .residual = residual,
                               .scale = scale,
                               .shift = shift,
                               .rho = rho_.view({1, -1}),
                               .unbiased = true});
}

void LayerInstanceNormImpl::clip() {
  torch::NoGradGuard no_grad;
  rho_.clamp_(0, 1);
}

UgatitBlockImpl::UgatitBlockImpl(int64_t width, bool adaptive)
    : conv1_(register_module("conv1", conv(width, width, 3))),
      conv2_(register_module("conv2", conv(width, width, 3))) {
  if (!adaptive) return;
  norm1_ = register_module("norm1", LayerInstanceNorm(width, 0.9, false));
  norm2_ = register_module("norm2", LayerInstanceNorm(width, 0.9, false));
}

Tensor UgatitBlockImpl::forward(const Tensor& x, const Tensor& scale, const Tensor& shift) {
  auto y = reflected(x, conv1_, 1);
  y = norm1_ ? norm1_->forward(y, scale, shift, true, {}) : nn::instance_norm(y, {.relu = true});
  y = reflected(y, conv2_, 1);
  return norm2_ ? norm2_->forward(y, scale, shift, false, x) : nn::instance_norm(y, {.residual = x});
}

void UgatitBlockImpl::clip() {
  if (norm1_) norm1_->clip();
  if (norm2_) norm2_->clip();
}

UgatitUpImpl::UgatitUpImpl(int64_t width, bool layer_instance)
    : conv_(register_module("conv", conv(width, width / 2, 3))) {
  if (layer_instance) norm_ = register_module("norm", LayerInstanceNorm(width / 2, 0.0, true));
}

Tensor UgatitUpImpl::forward(const Tensor& x) {
  const auto y = reflected(nn::enlarge(x), conv_, 1);
  return norm_ ? norm_->forward(y) : nn::instance_norm(y, {.relu = true});
}

void UgatitUpImpl::clip() {
  if (norm_) norm_->clip();
}

UgatitGeneratorImpl::UgatitGeneratorImpl(const UgatitGeneratorOptions& options)
    : options_(checked(options)),
      conv_in_(register_module("conv_in", conv(3, options.width, 7))),
      down_(register_module("down", torch::nn::ModuleList())),
      encoder_(register_module("encoder", torch::nn::ModuleList())),
      decoder_(register_module("decoder", torch::nn::ModuleList())),
      up_(register_module("up", torch::nn::ModuleList())),
      conv_out_(register_module("conv_out", conv(options.width, 3, 7))) {
  const bool adaptive = options.norm == "adalin";
  const int64_t inner = 4 * options.width;
  for (const int64_t width : {options.width, 2 * options.width}) down_->push_back(conv(width, 2 * width, 3));
  for (int64_t i = 0; i < options.blocks; ++i) {
    encoder_->push_back(UgatitBlock(inner, false));
    decoder_->push_back(UgatitBlock(inner, adaptive));
  }
  for (const int64_t width : {inner, inner / 2}) up_->push_back(UgatitUp(width, adaptive));
  if (options.attention) {
    cam_mean_ = register_module("cam_mean", dense(inner, 1));
    cam_max_ = register_module("cam_max", dense(inner, 1));
    mix_ = register_module("mix", conv(2 * inner, inner, 1, true));
  }
  if (!adaptive) return;
  style_ = register_module("style", torch::nn::ModuleList());
  style_->push_back(dense(options.light ? inner : inner * options.size / 4 * options.size / 4, inner));
  style_->push_back(dense(inner, inner));
  scale_ = register_module("scale", dense(inner, inner));
  shift_ = register_module("shift", dense(inner, inner));
}

Tensor UgatitGeneratorImpl::encode(const Tensor& pictures) {
  auto x = nn::instance_norm(reflected(nn::to_compute(pictures), conv_in_, 3), {.relu = true});
  for (const auto& down : *down_) {
    auto& strided = *down->as<torch::nn::Conv2dImpl>();
    x = nn::conv2d(x, strided.weight, {}, {.stride = 2, .padding = 1, .reflect = true});
    x = nn::instance_norm(x, {.relu = true});
  }
  for (const auto& block : *encoder_) x = block->as<UgatitBlock>()->forward(x);
  return x;
}

Tensor UgatitGeneratorImpl::attend(const Tensor& x, Translation& translation) {
  if (!options_.attention) return x;
  translation.domain = cam_logits(x, cam_mean_->weight, cam_max_->weight);
  const auto mixed = attended(x, cam_mean_->weight, cam_max_->weight, mix_->weight, mix_->bias, 0);
  translation.attention = nn::from_compute(mixed).sum(1, true);
  return mixed;
}

Tensor UgatitGeneratorImpl::style(const Tensor& x) {
  const auto wide = nn::from_compute(x);
  auto code = options_.light ? wide.mean({2, 3}) : wide.flatten(1);
  for (const auto& layer : *style_) code = torch::relu(dense(*layer->as<torch::nn::Linear>(), code));
  return code;
}

Translation UgatitGeneratorImpl::translate(const Tensor& pictures) {
  Translation translation;
  auto x = attend(encode(pictures), translation);
  Tensor scale, shift;
  if (style_) {
    const auto code = style(x);
    scale = dense(*scale_, code);
    shift = dense(*shift_, code);
  }
  for (const auto& block : *decoder_) x = block->as<UgatitBlock>()->forward(x, scale, shift);
  for (const auto& up : *up_) x = up->as<UgatitUp>()->forward(x);
  translation.pictures = torch::tanh(nn::from_compute(reflected(x, conv_out_, 3)));
  return translation;
}

void UgatitGeneratorImpl::clip_parameters() {
  for (const auto& block : *decoder_) block->as<UgatitBlock>()->clip();
  for (const auto& up : *up_) up->as<UgatitUp>()->clip();
}

}  // namespace sakuga::models
