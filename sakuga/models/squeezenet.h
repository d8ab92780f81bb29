// SqueezeNet 1.0: Iandola et al., "SqueezeNet: AlexNet-level accuracy with 50x fewer parameters", 2016,
// arXiv:1602.07360; tensor names as in torchvision. 1,248,424 parameters.
//
// The ImageNet features that metrics compare pictures by. Input is [n, 3, h, w] in the weights' own range:
// for the Deep Compression weights BGR in 0..255 minus kSqueezenetMean. Pools use ceil mode. Plain float32
// torch operations, so that a metric does not depend on what the processor computes in.
#pragma once

#include "sakuga/models/net.h"

namespace sakuga::models {

constexpr std::array<float, 3> kSqueezenetMean = {104, 117, 123};  // Blue, green, red.

// 1x1 convolution to few channels, then 1x1 and 3x3 convolutions side by side; ReLU after each.
class FireImpl : public torch::nn::Module {
 public:
  FireImpl(int64_t in, int64_t squeeze, int64_t expand);  // 2 * expand channels out.
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::Conv2d squeeze_, expand1x1_, expand3x3_;
};
TORCH_MODULE(Fire);

class SqueezenetImpl : public torch::nn::Module {
 public:
  SqueezenetImpl();

  torch::Tensor forward(const torch::Tensor& x);   // [n, 1000] ImageNet logits (after the published ReLU).
  torch::Tensor features(const torch::Tensor& x);  // [n, 512]: the last fire module, mean over the map.

  // What torchvision's features[last] gives: [n, channels, h', w'].
  torch::Tensor map(torch::Tensor x, size_t last);

 private:
  torch::nn::ModuleList features_;
  torch::nn::ModuleList classifier_;
};
TORCH_MODULE(Squeezenet);

}  // namespace sakuga::models
