// The engine's operations as functions that autograd can differentiate.
//
// Maps are bfloat16 tensors of shape [n, c, h, w] whose memory order is h, w, n, c (is_map()).
#pragma once

#include <torch/torch.h>

#include "sakuga/nn/conv_engine.h"
#include "sakuga/nn/row_kernels.h"

namespace sakuga::nn {

bool is_map(const torch::Tensor& x);
torch::Tensor as_map(const torch::Tensor& x);  // Converts type and memory order where they differ.
torch::Tensor empty_map(int64_t n, int64_t c, int64_t h, int64_t w);

inline const Bf16* data(const torch::Tensor& map) {
  return static_cast<const Bf16*>(map.data_ptr());
}
inline Bf16* mutable_data(const torch::Tensor& map) {
  return static_cast<Bf16*>(map.data_ptr());
}

// Autograd functions take no undefined tensors: an absent one travels as an empty one.
inline torch::Tensor or_empty(const torch::Tensor& x) {
  return x.defined() ? x : torch::empty({0});
}
inline bool present(const torch::Tensor& x) {
  return x.defined() && x.numel() > 0;
}

enum class Direction { ToSmall, ToBig };

// act(conv(in, weight) + bias + residual); see conv_engine.h. `bias` is undefined, [c], or for ToBig also
// [4, c]: one for each parity (2 * (y % 2) + x % 2) of the output pixel. Differentiable any number of times.
torch::Tensor engine_conv(Direction direction, const torch::Tensor& in, const torch::Tensor& weight,
                          const torch::Tensor& bias, const torch::Tensor& residual, double leaky_slope,
                          const ConvGeometry& geometry);

// [n, c, h, w] -> [n, out_c, h, out_w] and its adjoint. Differentiable any number of times.
torch::Tensor engine_unfold(const torch::Tensor& x, const Unfolding& unfolding);
torch::Tensor engine_fold(const torch::Tensor& columns, const Unfolding& unfolding);

// Batch normalisation with given statistics ([c]), then scaled and shifted for each picture ([n, c]), plus
// `residual`, then ReLU. `batch_statistics` says that they came from x itself, so that the gradient flows
// through them. Once differentiable.
torch::Tensor engine_norm(const torch::Tensor& x, const torch::Tensor& scale, const torch::Tensor& shift,
                          const torch::Tensor& residual, const torch::Tensor& mean,
                          const torch::Tensor& inverse_deviation, bool batch_statistics, bool relu);

}  // namespace sakuga::nn
