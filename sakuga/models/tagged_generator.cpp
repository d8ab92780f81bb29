#include "sakuga/models/tagged_generator.h"

#include <bit>

#include "sakuga/core/error.h"
#include "sakuga/models/srresnet.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

constexpr int64_t kFirstMap = 4;
constexpr double kQuiet = 0.25;  // Of what steers or ends the net: grey pictures and plain norms at first.

const TaggedGeneratorOptions& checked(const TaggedGeneratorOptions& options) {
  if (!std::has_single_bit(uint64_t(options.size)))
    core::fail(core::ErrorKind::BadRequest, "tagged-generator: size should be a power of two, is {}",
               options.size);
  return options;
}

constexpr double kTagGain = 5;
constexpr double kSlope = 0.2;  // Of the mapping network's rectifiers below zero.

// What steers the stages: noise and tags, or what the mapping network makes of them.
int64_t code_of(const TaggedGeneratorOptions& options) {
  return options.mapping > 0 ? options.code : options.noise + options.tags;
}

int64_t width_at(const TaggedGeneratorOptions& options, int64_t map) {
  return std::min(options.width * options.size / map, options.max_width);
}

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).padding(kernel / 2).bias(false));
}

// The 3x3 taps of a map's even and odd pixels that make a 3x3 convolution of its bilinear enlargement:
// [phase, tap, tap of the weight].
torch::Tensor phases() {
  return torch::tensor({0.75F, 0.25F, 0.F, 0.25F, 0.75F, 0.75F, 0.F, 0.F, 0.25F,   // even
                        0.25F, 0.F, 0.F, 0.75F, 0.75F, 0.25F, 0.F, 0.25F, 0.75F})  // odd
      .view({2, 3, 3});
}

}  // namespace

torch::Tensor enlarging_weight(const torch::Tensor& weight) {
  const auto taps = phases().to(weight.device());
  const auto square = torch::einsum("oikl,ptk,qsl->opqits", {weight, taps, taps});
  return square.reshape({4 * weight.size(0), weight.size(1), 3, 3});
}

torch::Tensor mapped(const torch::nn::ModuleList& mapping, const torch::Tensor& noise,
                     const torch::Tensor& tags) {
  // Tags lie in [0, 1] and often close together: spread, they are learnt from as fast as noise.
  auto code = torch::cat({noise, mapping->is_empty() ? tags : kTagGain * (tags - 0.5)}, 1);
  for (const auto& layer : *mapping)
    code = torch::leaky_relu(dense(*layer->as<torch::nn::Linear>(), code), kSlope);
  return code;
}

TaggedGeneratorStageImpl::TaggedGeneratorStageImpl(int64_t in, int64_t out, int64_t blocks, int64_t code)
    : conv_(register_module("conv", conv(in, out, 3))),
      scale_(register_module("scale", torch::nn::Linear(torch::nn::LinearOptions(code, out).bias(false)))),
      shift_(register_module("shift", torch::nn::Linear(torch::nn::LinearOptions(code, out).bias(false)))),
      norm_(register_module("bn", torch::nn::BatchNorm2d(out))),
      blocks_(register_module("residual", torch::nn::ModuleList())) {
  for (int64_t i = 0; i < blocks; ++i) blocks_->push_back(SrresnetBlock(out));
}

torch::Tensor TaggedGeneratorStageImpl::forward(torch::Tensor x, const torch::Tensor& code) {
  const auto weight = enlarging_weight_.defined() ? enlarging_weight_ : enlarging_weight(conv_->weight);
  x = nn::conv2d(x, weight, {}, {.padding = 1, .pixel_shuffle = true});
  x = nn::batch_norm(x, norm_,
                     {.relu = true, .scale = 1 + dense(*scale_, code), .shift = dense(*shift_, code)});
  for (const auto& block : *blocks_) x = block->as<SrresnetBlock>()->forward(x);
  return x;
}

void TaggedGeneratorStageImpl::keep_enlarging_weight() {
  torch::NoGradGuard no_grad;
  enlarging_weight_ = enlarging_weight(conv_->weight);
}

TaggedGeneratorImpl::TaggedGeneratorImpl(const TaggedGeneratorOptions& options)
    : options_(checked(options)),
      mapping_(register_module("mapping", torch::nn::ModuleList())),
      dense_(register_module("dense", torch::nn::Linear(code_of(options), width_at(options, kFirstMap) *
                                                                              kFirstMap * kFirstMap))),
      norm_in_(register_module("bn_in", torch::nn::BatchNorm2d(width_at(options, kFirstMap)))),
      stages_(register_module("stages", torch::nn::ModuleList())),
      conv_out_(register_module(
          "conv_out", torch::nn::Conv2d(torch::nn::Conv2dOptions(options.width, 3, 5).padding(2)))) {
  for (int64_t map = 2 * kFirstMap; map <= options.size; map *= 2)
    stages_->push_back(TaggedGeneratorStage(width_at(options, map / 2), width_at(options, map),
                                            options.blocks, code_of(options)));
  for (int64_t i = 0; i < options.mapping; ++i)
    mapping_->push_back(
        torch::nn::Linear(i == 0 ? options.noise + options.tags : options.code, options.code));
  initialise(*this, "he");
  torch::NoGradGuard no_grad;
  for (const auto& item : named_parameters())
    if (item.key().ends_with("scale.weight") || item.key().ends_with("shift.weight") ||
        item.key() == "conv_out.weight")
      torch::Tensor(item.value()).mul_(kQuiet);
}

torch::Tensor TaggedGeneratorImpl::forward(const torch::Tensor& noise, const torch::Tensor& tags) {
  const auto code = mapped(mapping_, noise, tags);
  auto x = dense(*dense_, code).view({-1, width_at(options_, kFirstMap), kFirstMap, kFirstMap});
  x = nn::batch_norm(nn::to_compute(x), norm_in_, {.relu = true});
  for (const auto& stage : *stages_) x = stage->as<TaggedGeneratorStage>()->forward(x, code);
  x = nn::conv2d(x, conv_out_->weight, conv_out_->bias, {.padding = 2});
  return torch::tanh(nn::from_compute(x));
}

void TaggedGeneratorImpl::prepare_for_drawing() {
  for (const auto& stage : *stages_) stage->as<TaggedGeneratorStage>()->keep_enlarging_weight();
}

}  // namespace sakuga::models
