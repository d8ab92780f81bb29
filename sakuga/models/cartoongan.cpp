#include "sakuga/models/cartoongan.h"

#include "sakuga/models/translator_layers.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel));
}

}  // namespace

PictureNormImpl::PictureNormImpl(int64_t channels, Over over)
    : scale_(register_parameter("scale", torch::ones({channels}))),
      shift_(register_parameter("shift", torch::zeros({channels}))) {
  if (over == Over::Picture) rho_ = torch::zeros({1, channels});
}

Tensor PictureNormImpl::forward(const Tensor& x, bool relu, const Tensor& residual) {
  return nn::instance_norm(x, {.relu = relu,
                               .residual = residual,
                               .scale = scale_.view({1, -1}),
                               .shift = shift_.view({1, -1}),
                               .rho = rho_.defined() ? rho_.to(scale_.device()) : rho_});
}

CartoonganBlockImpl::CartoonganBlockImpl(int64_t width)
    : conv1_(register_module("conv1", conv(width, width, 3))),
      conv2_(register_module("conv2", conv(width, width, 3))),
      norm1_(register_module("norm1", PictureNorm(width, PictureNormImpl::Over::Channel))),
      norm2_(register_module("norm2", PictureNorm(width, PictureNormImpl::Over::Channel))) {}

Tensor CartoonganBlockImpl::forward(const Tensor& x) {
  const auto y = norm1_->forward(reflected(x, conv1_, 1), true);
  return norm2_->forward(reflected(y, conv2_, 1), false, x);
}

CartoonganStepImpl::CartoonganStepImpl(int64_t in, int64_t out)
    : down_(out > in), conv_(conv(out, out, 3)), norm_(out, PictureNormImpl::Over::Channel) {
  if (down_)
    halve_ = register_module("resize", conv(in, out, 3));
  else
    double_ =
        register_module("resize", torch::nn::ConvTranspose2d(torch::nn::ConvTranspose2dOptions(in, out, 3)));
  register_module("conv", conv_);
  register_module("norm", norm_);
}

Tensor CartoonganStepImpl::forward(const Tensor& x) {
  const auto resized =
      down_ ? nn::conv2d(x, halve_->weight, halve_->bias, {.stride = 2, .padding = 1}) : doubled(x, *double_);
  return norm_->forward(nn::conv2d(resized, conv_->weight, conv_->bias, {.padding = 1}), true);
}

CartoonganGeneratorImpl::CartoonganGeneratorImpl(const CartoonganGeneratorOptions& options)
    : bgr_(options.bgr),
      conv_in_(register_module("conv_in", conv(3, engine_width("cartoongan", options.width), 7))),
      norm_in_(register_module("norm_in", PictureNorm(options.width, PictureNormImpl::Over::Channel))),
      down_(register_module("down", torch::nn::ModuleList())),
      blocks_(register_module("blocks", torch::nn::ModuleList())),
      up_(register_module("up", torch::nn::ModuleList())),
      conv_out_(register_module("conv_out", conv(options.width, 3, 7))) {
  const int64_t width = options.width;
  for (const int64_t in : {width, 2 * width}) down_->push_back(CartoonganStep(in, 2 * in));
  for (int64_t i = 0; i < options.blocks; ++i) blocks_->push_back(CartoonganBlock(4 * width));
  for (const int64_t in : {4 * width, 2 * width}) up_->push_back(CartoonganStep(in, in / 2));
  initialise(*this, "normal");
}

Tensor CartoonganGeneratorImpl::forward(const Tensor& pictures) {
  const auto ordered = bgr_ ? pictures.flip({1}) : pictures;
  auto x = norm_in_->forward(reflected(nn::to_compute(ordered), conv_in_, 3), true);
  for (const auto& step : *down_) x = step->as<CartoonganStep>()->forward(x);
  for (const auto& block : *blocks_) x = block->as<CartoonganBlock>()->forward(x);
  for (const auto& step : *up_) x = step->as<CartoonganStep>()->forward(x);
  const auto drawn = torch::tanh(nn::from_compute(reflected(x, conv_out_, 3)));
  return bgr_ ? drawn.flip({1}) : drawn;
}

CartoonganDiscriminatorImpl::CartoonganDiscriminatorImpl(const CartoonganDiscriminatorOptions& options)
    : convs_(register_module("convs", torch::nn::ModuleList())),
      norms_(register_module("norms", torch::nn::ModuleList())) {
  const int64_t width = options.width;
  int64_t in = 3;
  for (const int64_t out : {width, 2 * width, 4 * width, 4 * width, 8 * width, 8 * width, int64_t(1)}) {
    convs_->push_back(conv(in, out, 3));
    in = out;
  }
  for (const int64_t channels : {4 * width, 8 * width, 8 * width})
    norms_->push_back(PictureNorm(channels, PictureNormImpl::Over::Channel));
  initialise(*this, "normal");
}

PatchJudgement CartoonganDiscriminatorImpl::forward(const Tensor& pictures) {
  constexpr double kSlope = 0.2;
  auto x = nn::to_compute(pictures);
  size_t norm = 0;
  for (size_t i = 0; i < convs_->size(); ++i) {
    auto& layer = *convs_[i]->as<torch::nn::Conv2dImpl>();
    const bool halves = i == 1 || i == 3, normed = i == 2 || i == 4 || i == 5, last = i == 6;
    x = nn::conv2d(x, layer.weight, layer.bias,
                   {.stride = halves ? 2 : 1,
                    .padding = 1,
                    .reflect = true,
                    .leaky_slope = normed || last ? 1.0 : kSlope});
    if (normed) x = torch::leaky_relu(norms_[norm++]->as<PictureNorm>()->forward(x), kSlope);
  }
  return {.patches = nn::from_compute(x)};
}

}  // namespace sakuga::models
