#include "sakuga/models/ugatit_discriminator.h"

#include "sakuga/models/attention.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

constexpr double kSlope = 0.2;

// conv_out is registered last and made first: its width follows from the options.
int64_t last_width(const UgatitDiscriminatorOptions& options) {
  return options.width << (options.layers - 2);
}

Tensor unit(const Tensor& x) {
  return x / x.norm().clamp_min(1e-12);
}

}  // namespace

SpectralWeightImpl::SpectralWeightImpl(std::vector<int64_t> shape, bool biased)
    : weight_(register_parameter("weight", torch::empty(shape))) {
  const double fan_in = double(weight_.numel() / shape[0]);
  const double bound = 1 / std::sqrt(fan_in);
  torch::NoGradGuard no_grad;
  weight_.uniform_(-bound, bound);  // As torch's layers do.
  if (biased) bias_ = register_parameter("bias", torch::empty({shape[0]}).uniform_(-bound, bound));
  u_ = register_buffer("u", unit(torch::randn({shape[0]})));
  v_ = register_buffer("v", unit(torch::randn({int64_t(fan_in)})));
}

Tensor SpectralWeightImpl::scale() {
  const auto matrix = weight_.view({weight_.size(0), -1});
  if (is_training()) {
    torch::NoGradGuard no_grad;
    v_.copy_(unit(torch::mv(matrix.t(), u_)));
    u_.copy_(unit(torch::mv(matrix, v_)));
  }
  // Copies: the next pass moves the buffers before this one's gradient is taken.
  return torch::dot(u_.clone(), torch::mv(matrix, v_.clone())).reciprocal();
}

UgatitDiscriminatorImpl::UgatitDiscriminatorImpl(const UgatitDiscriminatorOptions& options)
    : options_(options), layers_(register_module("layers", torch::nn::ModuleList())), conv_out_(nullptr) {
  int64_t in = 3, out = options.width;
  for (int64_t i = 0; i + 1 < options.layers; ++i, in = out, out *= 2)
    layers_->push_back(SpectralWeight(std::vector<int64_t>{out, in, 4, 4}, true));
  const int64_t wide = last_width(options);
  if (options.attention) {
    cam_mean_ = register_module("cam_mean", SpectralWeight(std::vector<int64_t>{1, wide}, false));
    cam_max_ = register_module("cam_max", SpectralWeight(std::vector<int64_t>{1, wide}, false));
    mix_ = register_module("mix", torch::nn::Conv2d(torch::nn::Conv2dOptions(2 * wide, wide, 1)));
  }
  conv_out_ = register_module("conv_out", SpectralWeight(std::vector<int64_t>{1, wide, 4, 4}, false));
}

PatchJudgement UgatitDiscriminatorImpl::forward(const Tensor& pictures) {
  auto x = nn::to_compute(pictures);
  for (size_t i = 0; i < layers_->size(); ++i) {
    auto& layer = *layers_[i]->as<SpectralWeightImpl>();
    const int64_t stride = i + 1 < layers_->size() ? 2 : 1;
    // Not the weight is scaled but what it is applied to, which is smaller; and the engine can keep the
    // weight.
    x = nn::conv2d(x * layer.scale(), layer.weight(), layer.bias(),
                   {.stride = stride, .padding = 1, .reflect = true, .leaky_slope = kSlope});
  }
  PatchJudgement judgement;
  if (options_.attention) {
    judgement.domain =
        cam_logits(x, cam_mean_->weight() * cam_mean_->scale(), cam_max_->weight() * cam_max_->scale());
    x = attended(x, cam_mean_->weight(), cam_max_->weight(), mix_->weight, mix_->bias, kSlope);
  }
  x = nn::conv2d(x * conv_out_->scale(), conv_out_->weight(), {}, {.padding = 1, .reflect = true});
  judgement.patches = nn::from_compute(x);
  return judgement;
}

}  // namespace sakuga::models
