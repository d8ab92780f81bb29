#include "sakuga/models/dcgan.h"

namespace sakuga::models {
namespace {

torch::nn::ConvTranspose2d grow(int64_t in, int64_t out, int64_t stride, int64_t padding) {
  return torch::nn::ConvTranspose2d(
      torch::nn::ConvTranspose2dOptions(in, out, 4).stride(stride).padding(padding).bias(false));
}

torch::nn::Conv2d shrink(int64_t in, int64_t out, int64_t stride, int64_t padding) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 4).stride(stride).padding(padding).bias(false));
}

// As published: weights N(0, 0.02), normalisation scales N(1, 0.02).
void initialise_dcgan(torch::nn::Module& net) {
  initialise(net, "normal");
  torch::NoGradGuard no_grad;
  for (const auto& module : net.modules(false))
    if (auto* norm = module->as<torch::nn::BatchNorm2d>()) norm->weight.normal_(1, 0.02);
}

torch::nn::LeakyReLU leaky() {
  return torch::nn::LeakyReLU(torch::nn::LeakyReLUOptions().negative_slope(0.2));
}

}  // namespace

DcganGeneratorImpl::DcganGeneratorImpl(const DcganGeneratorOptions& options)
    : options_(options), main_(register_module("main", torch::nn::Sequential())) {
  int64_t channels = 8 * options.width;
  main_->push_back(grow(options.noise + options.tags, channels, 1, 0));
  for (; channels > options.width; channels /= 2) {
    main_->push_back(torch::nn::BatchNorm2d(channels));
    main_->push_back(torch::nn::ReLU());
    main_->push_back(grow(channels, channels / 2, 2, 1));
  }
  main_->push_back(torch::nn::BatchNorm2d(channels));
  main_->push_back(torch::nn::ReLU());
  main_->push_back(grow(channels, 3, 2, 1));
  initialise_dcgan(*this);
}

torch::Tensor DcganGeneratorImpl::forward(const torch::Tensor& noise, const torch::Tensor& tags) {
  const auto x = options_.tags > 0 ? torch::cat({noise, tags}, 1) : noise;
  return torch::tanh(main_->forward(x.unsqueeze(2).unsqueeze(3)));
}

DcganDiscriminatorImpl::DcganDiscriminatorImpl(const DcganDiscriminatorOptions& options)
    : options_(options),
      main_(register_module("main", torch::nn::Sequential(shrink(3, options.width, 2, 1), leaky()))),
      real_(register_module("real", shrink(8 * options.width, 1, 1, 0))) {
  for (int64_t channels = options.width; channels < 8 * options.width; channels *= 2) {
    main_->push_back(shrink(channels, 2 * channels, 2, 1));
    main_->push_back(torch::nn::BatchNorm2d(2 * channels));
    main_->push_back(leaky());
  }
  if (options.tags > 0) tags_ = register_module("tags", shrink(8 * options.width, options.tags, 1, 0));
  initialise_dcgan(*this);
}

Judgement DcganDiscriminatorImpl::forward(const torch::Tensor& pictures) {
  const auto x = main_->forward(pictures);
  return {real_(x).flatten(), tags_ ? tags_(x).flatten(1) : torch::Tensor()};
}

}  // namespace sakuga::models
