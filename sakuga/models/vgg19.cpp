#include "sakuga/models/vgg19.h"

#include "sakuga/nn/ops.h"

namespace sakuga::models {
namespace {

using torch::Tensor;

// The larger of two pixels each way, in the engine's memory order.
Tensor pooled(const Tensor& x) {
  const auto map = x.permute({2, 3, 0, 1});
  const int64_t h = map.size(0) / 2, w = map.size(1) / 2;
  return map.narrow(0, 0, 2 * h)
      .narrow(1, 0, 2 * w)
      .reshape({h, 2, w, 2, map.size(2), map.size(3)})
      .amax({1, 3})
      .permute({2, 3, 0, 1});
}

}  // namespace

// torchvision numbers the activations and pools too: places without parameters are theirs.
Vgg19Impl::Vgg19Impl() : features_(register_module("features", torch::nn::ModuleList())) {
  int64_t in = 3;
  const auto convolution = [&](int64_t out) {
    features_->push_back(torch::nn::Conv2d(torch::nn::Conv2dOptions(in, out, 3)));
    in = out;
  };
  for (const auto& [out, count] :
       {std::pair(64, 2), std::pair(128, 2), std::pair(256, 4), std::pair(512, 4)}) {
    if (!features_->is_empty()) features_->push_back(torch::nn::MaxPool2d(2));
    for (int i = 0; i < count; ++i) {
      convolution(out);
      if (out < 512 || i + 1 < count) features_->push_back(torch::nn::ReLU());
    }
  }
}

Tensor Vgg19Impl::forward(const Tensor& pictures) {
  auto x = nn::to_compute(pictures);
  for (size_t i = 0; i < features_->size(); ++i) {
    const bool activated = i + 1 < features_->size();
    if (auto* conv = features_[i]->as<torch::nn::Conv2d>())
      x = nn::conv2d(x, conv->weight, conv->bias, {.padding = 1, .leaky_slope = activated ? 0.0 : 1.0});
    else if (features_[i]->as<torch::nn::MaxPool2d>())
      x = pooled(x);
  }
  return nn::from_compute(x);
}

}  // namespace sakuga::models
