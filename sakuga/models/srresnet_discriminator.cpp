#include "sakuga/models/srresnet_discriminator.h"

#include <bit>

#include "sakuga/core/error.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

constexpr double kSlope = 0.2;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(1));
}

// Strided convolutions after the first one.
int64_t later_stages(const SrresnetDiscriminatorOptions& options) {
  return std::bit_width(uint64_t(options.size)) - 3;
}

int64_t width_of(const SrresnetDiscriminatorOptions& options, int64_t stage) {
  return std::min(options.width << stage, options.max_width);
}

int64_t kernel_of(const SrresnetDiscriminatorOptions& options, int64_t stage) {
  return stage < options.kernel4_stages ? 4 : 3;
}

const SrresnetDiscriminatorOptions& checked(const SrresnetDiscriminatorOptions& options) {
  if (!std::has_single_bit(uint64_t(options.size)))
    core::fail(core::ErrorKind::BadRequest, "srresnet-discriminator: size should be a power of two, is {}",
               options.size);
  return options;
}

}  // namespace

DiscriminatorBlockImpl::DiscriminatorBlockImpl(int64_t width)
    : conv1_(register_module("conv1", conv(width, width, 3, 1))),
      conv2_(register_module("conv2", conv(width, width, 3, 1))) {}

torch::Tensor DiscriminatorBlockImpl::forward(const torch::Tensor& x) {
  const auto y = nn::conv2d(x, conv1_->weight, conv1_->bias, {.padding = 1, .leaky_slope = kSlope});
  return nn::conv2d(y, conv2_->weight, conv2_->bias, {.padding = 1, .residual = x, .leaky_slope = kSlope});
}

DiscriminatorStageImpl::DiscriminatorStageImpl(int64_t in, int64_t out, int64_t blocks, int64_t kernel)
    : blocks_(register_module("res", torch::nn::ModuleList())),
      conv_(register_module("conv", conv(in, out, kernel, 2))) {
  for (int64_t i = 0; i < blocks; ++i) blocks_->push_back(DiscriminatorBlock(in));
}

torch::Tensor DiscriminatorStageImpl::forward(torch::Tensor x) {
  for (const auto& block : *blocks_) x = block->as<DiscriminatorBlock>()->forward(x);
  return nn::conv2d(x, conv_->weight, conv_->bias, {.stride = 2, .padding = 1, .leaky_slope = kSlope});
}

SrresnetDiscriminatorImpl::SrresnetDiscriminatorImpl(const SrresnetDiscriminatorOptions& options)
    : options_(checked(options)),
      conv_in_(register_module("conv_in", conv(3, width_of(options, 0), kernel_of(options, 0), 2))),
      stages_(register_module("features", torch::nn::ModuleList())),
      dense_real_(
          register_module("dense_p", torch::nn::Linear(4 * width_of(options, later_stages(options)), 1))) {
  for (int64_t stage = 1; stage <= later_stages(options); ++stage)
    stages_->push_back(DiscriminatorStage(width_of(options, stage - 1), width_of(options, stage),
                                          options.blocks, kernel_of(options, stage)));
  if (options.tags > 0)
    dense_tags_ =
        register_module("dense_t", torch::nn::Linear(dense_real_->options.in_features(), options.tags));
  initialise(*this, options.init);
}

Judgement SrresnetDiscriminatorImpl::forward(const torch::Tensor& pictures) {
  auto x = nn::conv2d(nn::to_compute(pictures), conv_in_->weight, conv_in_->bias,
                      {.stride = 2, .padding = 1, .leaky_slope = kSlope});
  for (const auto& stage : *stages_) x = stage->as<DiscriminatorStage>()->forward(x);
  x = nn::from_compute(x).flatten(1);
  return {dense_real_(x).squeeze(1), dense_tags_ ? dense_tags_(x) : torch::Tensor()};
}

}  // namespace sakuga::models
