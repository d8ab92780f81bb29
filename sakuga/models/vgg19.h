// VGG19 as far as its convolution conv4_4: Simonyan, Zisserman, "Very Deep Convolutional Networks for
// Large-Scale Image Recognition", ICLR 2015; tensor names as in torchvision ("features.0.weight" to
// "features.25.bias"). 10,585,152 of the 20,024,384 parameters of all its convolutions.
//
// What CartoonGAN and its successors compare a photograph and its drawing by. Weights do not ship: they are
// the user's. Runs in the engine, where the processor has one.
#pragma once

#include "sakuga/models/net.h"

namespace sakuga::models {

// Of torchvision's weights: RGB in 0..1 less the mean, divided by the deviation.
constexpr std::array<float, 3> kVgg19Mean = {0.485f, 0.456f, 0.406f};
constexpr std::array<float, 3> kVgg19Deviation = {0.229f, 0.224f, 0.225f};

class Vgg19Impl : public torch::nn::Module {
 public:
  Vgg19Impl();

  // [n, 3, h, w] in the weights' range, sides from 8 on -> [n, 512, h / 8, w / 8]: conv4_4 before its ReLU.
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::nn::ModuleList features_;
};
TORCH_MODULE(Vgg19);

}  // namespace sakuga::models
