#include "sakuga/models/squeezenet.h"

namespace sakuga::models {
namespace {

torch::nn::Conv2d conv(int64_t in, int64_t out, int64_t kernel, int64_t stride = 1, int64_t padding = 0) {
  return torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, kernel).stride(stride).padding(padding));
}

constexpr size_t kLastFire = 12;

}  // namespace

FireImpl::FireImpl(int64_t in, int64_t squeeze, int64_t expand)
    : squeeze_(register_module("squeeze", conv(in, squeeze, 1))),
      expand1x1_(register_module("expand1x1", conv(squeeze, expand, 1))),
      expand3x3_(register_module("expand3x3", conv(squeeze, expand, 3, 1, 1))) {}

torch::Tensor FireImpl::forward(const torch::Tensor& x) {
  const auto squeezed = torch::relu(squeeze_(x));
  return torch::cat({torch::relu(expand1x1_(squeezed)), torch::relu(expand3x3_(squeezed))}, 1);
}

// torchvision numbers the activations and pools too, hence the gaps in the names.
SqueezenetImpl::SqueezenetImpl()
    : features_(register_module("features", torch::nn::ModuleList())),
      classifier_(register_module("classifier", torch::nn::ModuleList())) {
  const auto pool = [] {
    return torch::nn::MaxPool2d(torch::nn::MaxPool2dOptions(3).stride(2).ceil_mode(true));
  };
  features_->push_back(conv(3, 96, 7, 2));
  features_->push_back(torch::nn::ReLU());
  features_->push_back(pool());
  features_->push_back(Fire(96, 16, 64));
  features_->push_back(Fire(128, 16, 64));
  features_->push_back(Fire(128, 32, 128));
  features_->push_back(pool());
  features_->push_back(Fire(256, 32, 128));
  features_->push_back(Fire(256, 48, 192));
  features_->push_back(Fire(384, 48, 192));
  features_->push_back(Fire(384, 64, 256));
  features_->push_back(pool());
  features_->push_back(Fire(512, 64, 256));
  classifier_->push_back(torch::nn::Dropout());
  classifier_->push_back(conv(512, 1000, 1));
}

torch::Tensor SqueezenetImpl::map(torch::Tensor x, size_t last) {
  for (size_t i = 0; i <= last; ++i) {
    const auto layer = features_[i];
    if (auto* convolution = layer->as<torch::nn::Conv2d>())
      x = convolution->forward(x);
    else if (auto* fire = layer->as<Fire>())
      x = fire->forward(x);
    else if (auto* pool = layer->as<torch::nn::MaxPool2d>())
      x = pool->forward(x);
    else
      x = torch::relu(x);
  }
  return x;
}

torch::Tensor SqueezenetImpl::features(const torch::Tensor& x) {
  return map(x, kLastFire).mean({2, 3});
}

torch::Tensor SqueezenetImpl::forward(const torch::Tensor& x) {
  const auto dropped = classifier_[0]->as<torch::nn::Dropout>()->forward(map(x, kLastFire));
  return torch::relu(classifier_[1]->as<torch::nn::Conv2d>()->forward(dropped)).mean({2, 3});
}

}  // namespace sakuga::models
