// Layers that several translators are made of. Internal to models.
#pragma once

#include <torch/torch.h>

#include "sakuga/core/error.h"
#include "sakuga/nn/ops.h"

namespace sakuga::models {

// The convolution over a map whose borders are mirrored.
inline torch::Tensor reflected(const torch::Tensor& x, torch::nn::Conv2d& conv, int64_t padding,
                               int64_t stride = 1) {
  return nn::conv2d(x, conv->weight, conv->bias, {.stride = stride, .padding = padding, .reflect = true});
}

// A map of twice the size. The published 3x3 kernel with an output padding of one is a 4x4 kernel whose last
// row and column are zero.
inline torch::Tensor doubled(const torch::Tensor& x, torch::nn::ConvTranspose2dImpl& conv) {
  return nn::conv_transpose2d(x, torch::constant_pad_nd(conv.weight, {0, 1, 0, 1}), conv.bias,
                              {.stride = 2, .padding = 1});
}

// `width`; throws Error(BadRequest) unless the engine takes it as a number of channels.
inline int64_t engine_width(const char* net, int64_t width) {
  if (width % 32 != 0)
    core::fail(core::ErrorKind::BadRequest, "{}: width should be a multiple of 32, it is {}", net, width);
  return width;
}

}  // namespace sakuga::models
