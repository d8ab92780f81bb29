#include "sakuga/models/srresnet.h"

#include "sakuga/core/error.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

constexpr int64_t kUpsamplers = 3;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2));
}

const SrresnetGeneratorOptions& checked(const SrresnetGeneratorOptions& options) {
  if (options.size % 8 != 0 || options.width % 32 != 0)
    core::fail(core::ErrorKind::BadRequest,
               "srresnet-generator: size should be a multiple of 8 and width of 32, they are {} and {}",
               options.size, options.width);
  return options;
}

}  // namespace

SrresnetBlockImpl::SrresnetBlockImpl(int64_t width)
    : conv1_(register_module("conv1", conv(width, width, 3))),
      conv2_(register_module("conv2", conv(width, width, 3))),
      norm1_(register_module("bn1", torch::nn::BatchNorm2d(width))),
      norm2_(register_module("bn2", torch::nn::BatchNorm2d(width))) {}

torch::Tensor SrresnetBlockImpl::forward(const torch::Tensor& x) {
  if (merged_) {
    const auto y = nn::conv2d(x, conv1_->weight, conv1_->bias, {.padding = 1, .leaky_slope = 0});
    return nn::conv2d(y, conv2_->weight, conv2_->bias, {.padding = 1, .residual = x});
  }
  auto y = nn::conv2d(x, conv1_->weight, conv1_->bias, {.padding = 1});
  y = nn::batch_norm(y, norm1_, {.relu = true});
  y = nn::conv2d(y, conv2_->weight, conv2_->bias, {.padding = 1});
  return nn::batch_norm(y, norm2_, {.residual = x});
}

void SrresnetBlockImpl::merge_norms() {
  merge_norm(conv1_, norm1_);
  merge_norm(conv2_, norm2_);
  merged_ = true;
}

SubPixelBlockImpl::SubPixelBlockImpl(int64_t width)
    : conv_(register_module("conv", conv(width, 4 * width, 3))),
      norm_(register_module("bn", torch::nn::BatchNorm2d(width))) {}

torch::Tensor SubPixelBlockImpl::forward(const torch::Tensor& x) {
  if (merged_)
    return nn::conv2d(x, conv_->weight, conv_->bias, {.padding = 1, .pixel_shuffle = true, .leaky_slope = 0});
  const auto y = nn::conv2d(x, conv_->weight, conv_->bias, {.padding = 1, .pixel_shuffle = true});
  return nn::batch_norm(y, norm_, {.relu = true});
}

void SubPixelBlockImpl::merge_norm() {
  models::merge_norm(conv_, norm_, true);
  merged_ = true;
}

SrresnetGeneratorImpl::SrresnetGeneratorImpl(const SrresnetGeneratorOptions& options)
    : options_(checked(options)),
      dense_(register_module(
          "dense_in",
          torch::nn::Linear(options.noise + options.tags, options.width * options.size * options.size / 64))),
      norm_in_(register_module("bn_in", torch::nn::BatchNorm2d(options.width))),
      blocks_(register_module("residual", torch::nn::ModuleList())),
      conv_mid_(register_module("conv_mid", conv(options.width, options.width, 3))),
      norm_mid_(register_module("bn_mid", torch::nn::BatchNorm2d(options.width))),
      upsamplers_(register_module("subpixel", torch::nn::ModuleList())),
      conv_out_(register_module("conv_out", conv(options.width, 3, 9))) {
  for (int64_t i = 0; i < options.blocks; ++i) blocks_->push_back(SrresnetBlock(options.width));
  for (int64_t i = 0; i < kUpsamplers; ++i) upsamplers_->push_back(SubPixelBlock(options.width));
  initialise(*this, options.init);
}

torch::Tensor SrresnetGeneratorImpl::forward(const torch::Tensor& noise, const torch::Tensor& tags) {
  const int64_t base = options_.size / 8;
  const auto code = torch::cat({noise, tags}, 1);
  auto x = dense(*dense_, code);
  x = x.view({-1, options_.width, base, base});
  const auto first = nn::batch_norm(nn::to_compute(x), norm_in_, {.relu = true});

  x = first;
  for (const auto& block : *blocks_) x = block->as<SrresnetBlock>()->forward(x);
  if (merged_) {
    x = nn::conv2d(x, conv_mid_->weight, conv_mid_->bias, {.padding = 1, .leaky_slope = 0}) + first;
  } else {
    x = nn::conv2d(x, conv_mid_->weight, conv_mid_->bias, {.padding = 1});
    x = nn::batch_norm(x, norm_mid_, {.relu = true}) + first;
  }

  for (const auto& upsampler : *upsamplers_) x = upsampler->as<SubPixelBlock>()->forward(x);
  x = nn::conv2d(x, conv_out_->weight, conv_out_->bias, {.padding = 4});
  return torch::tanh(nn::from_compute(x));
}

void SrresnetGeneratorImpl::prepare_for_drawing() {
  for (const auto& block : *blocks_) block->as<SrresnetBlock>()->merge_norms();
  merge_norm(conv_mid_, norm_mid_);
  for (const auto& upsampler : *upsamplers_) upsampler->as<SubPixelBlock>()->merge_norm();
  dense_->to(torch::kDouble);  // What exact_dense() would do each time.
  merged_ = true;
}

}  // namespace sakuga::models
