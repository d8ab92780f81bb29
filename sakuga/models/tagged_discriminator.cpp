#include "sakuga/models/tagged_discriminator.h"

#include <bit>

#include "sakuga/core/error.h"
#include "sakuga/models/srresnet_discriminator.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

constexpr double kSlope = 0.2;
constexpr int64_t kLastMap = 2;
constexpr int64_t kGroup = 4;
constexpr double kBlockGain = 0.25;

const TaggedDiscriminatorOptions& checked(const TaggedDiscriminatorOptions& options) {
  if (!std::has_single_bit(uint64_t(options.size)))
    core::fail(core::ErrorKind::BadRequest, "tagged-discriminator: size should be a power of two, is {}",
               options.size);
  return options;
}

// Channels of the map of this size.
int64_t width_at(const TaggedDiscriminatorOptions& options, int64_t map) {
  return std::min(options.width * options.size / (2 * map), options.max_width);
}

// The mean deviation of the features within each group, as one more feature.
torch::Tensor with_spread(const torch::Tensor& features) {
  const int64_t count = features.size(0), group = count % kGroup == 0 ? kGroup : count;
  const auto groups = features.view({count / group, group, -1});
  const auto variance = (groups - groups.mean(1, true)).square().mean(1);
  const auto spread = (variance + 1e-8).sqrt().mean(1).repeat_interleave(group);
  return torch::cat({features, spread.unsqueeze(1)}, 1);
}

}  // namespace

TaggedDiscriminatorImpl::TaggedDiscriminatorImpl(const TaggedDiscriminatorOptions& options)
    : options_(checked(options)),
      conv_in_(register_module(
          "conv_in",
          torch::nn::Conv2d(
              torch::nn::Conv2dOptions(3 * options.views, options.width, 4).stride(2).padding(1)))),
      stages_(register_module("stages", torch::nn::ModuleList())),
      real_(register_module(
          "real", torch::nn::Linear(
                      kLastMap * kLastMap * width_at(options, kLastMap) + (options.spread ? 1 : 0), 1))) {
  for (int64_t map = options.size / 4; map >= kLastMap; map /= 2)
    stages_->push_back(
        DiscriminatorStage(width_at(options, 2 * map), width_at(options, map), options.blocks, 4));
  const int64_t features = real_->options.in_features(), tags = options.views * options.tags;
  if (tags > 0) tags_ = register_module("tags", torch::nn::Linear(features, tags));
  initialise(*this, "he");
  torch::NoGradGuard no_grad;
  // Without norms every sum would double the variance: blocks begin close to passing their input on.
  for (const auto& item : named_parameters())
    if (item.key().ends_with("conv2.weight")) torch::Tensor(item.value()).mul_(kBlockGain);
  if (tags > 0 && options.project) {
    match_ =
        register_module("match", torch::nn::Linear(torch::nn::LinearOptions(features, tags).bias(false)));
    match_->weight.zero_();
  }
}

Judgement TaggedDiscriminatorImpl::forward(const torch::Tensor& pictures) {
  auto x = nn::conv2d(nn::to_compute(pictures), conv_in_->weight, conv_in_->bias,
                      {.stride = 2, .padding = 1, .leaky_slope = kSlope});
  std::vector<torch::Tensor> maps = {x};
  for (const auto& stage : *stages_) maps.push_back(x = stage->as<DiscriminatorStage>()->forward(x));
  x = nn::from_compute(x).flatten(1);
  if (options_.spread) x = with_spread(x);
  return {.real = real_(x).squeeze(1),
          .tags = tags_ ? tags_(x) : torch::Tensor(),
          .match = match_ ? match_(x) : torch::Tensor(),
          .maps = std::move(maps)};
}

}  // namespace sakuga::models
