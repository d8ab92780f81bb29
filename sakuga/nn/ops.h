// The operations that the models are written in.
//
// A model's forward() calls these on its own torch::nn parameters. On tensors that came through
// to_compute() they run in the low-precision engine (bfloat16, our AMX kernels, see conv_engine.h)
// where the processor has it, and as ordinary torch operations elsewhere (float32 CPU, CUDA). All of
// them can be differentiated; conv2d and leaky slopes as often as you like (gradient penalties).
//
// Shapes are NCHW. In the engine the memory order is H, W, N, C: the batch is the rows of a tile, so
// that a pixel's neighbourhood is a list of dense matrices and borders cost nothing.
#pragma once

#include <torch/torch.h>

#include "sakuga/nn/compute.h"

namespace sakuga::nn {

// [n, c, h, w] float32 -> the engine's type and layout (identity in Float32). Differentiable.
torch::Tensor to_compute(const torch::Tensor& x);
// Any float tensor -> float32, contiguous NCHW. Differentiable.
torch::Tensor from_compute(const torch::Tensor& x);

struct ConvOptions {
  int64_t stride = 1;
  int64_t padding = 0;
  bool reflect = false;        // The padding mirrors the map about its border pixels instead of being zero.
  bool pixel_shuffle = false;  // The result is shuffled by 2: [n, 4c, h, w] -> [n, c, 2h, 2w], as torch does.
  torch::Tensor residual = {};  // Added to the (shuffled) result, before the activation.
  double leaky_slope = 1;       // LeakyReLU after everything; 1 means none.
};

// Convolution with zero or reflected padding. `weight` [out, in, kh, kw] and `bias` ([out] or undefined) are
// float32 parameters. Twice differentiable. Error by torch if a map is not larger than a reflected padding.
torch::Tensor conv2d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvOptions& options = {});

// Transposed convolution: weight [in, out, k, k]; the result is stride * (h - 1) + k - 2 * padding high.
// Widths are multiples of 32 in the engine. Twice differentiable. options.pixel_shuffle and reflect are not
// for it.
torch::Tensor conv_transpose2d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                               const ConvOptions& options = {});

// Every channel by itself with a 3x3 kernel and reflected padding: weight [c, 1, 3, 3], bias [c]. Once
// differentiable. Error by torch if a side of the map is one pixel.
torch::Tensor depthwise_conv2d(const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias);

struct NormOptions {
  bool relu = false;
  torch::Tensor residual = {};  // Added after the normalisation; excludes relu.
  torch::Tensor scale = {};     // [n, c]: conditional normalisation; multiplies the module's own scale ...
  torch::Tensor shift = {};     // ... and is added to its own shift. Both or none.
};

// Batch normalisation over (n, h, w) with the module's parameters and running statistics, which it
// updates in training mode. Once differentiable.
torch::Tensor batch_norm(const torch::Tensor& x, torch::nn::BatchNorm2d& norm,
                         const NormOptions& options = {});

// x * scale + shift of every channel of every picture, then ReLU if asked for. `scale` and `shift` [n, c]
// float32. Once differentiable.
torch::Tensor modulate(const torch::Tensor& x, const torch::Tensor& scale, const torch::Tensor& shift,
                       bool relu);

struct InstanceNormOptions {
  bool relu = false;
  torch::Tensor residual = {};  // Added after the normalisation; excludes relu.
  torch::Tensor scale = {};     // [n or 1, c]; default 1.
  torch::Tensor shift = {};     // [n or 1, c]; default 0.
  // [1, c]: how much each channel is normalised by its own statistics; the rest by those of its whole picture
  // (layer normalisation). Default 1.
  torch::Tensor rho = {};
  bool unbiased = false;  // Variances are divided by their count less one.
};

// Normalisation of every picture by itself: rho * (x - mean(h, w)) / deviation(h, w) + (1 - rho) *
// (x - mean(c, h, w)) / deviation(c, h, w), then scaled and shifted. Epsilon is 1e-5. Once differentiable.
torch::Tensor instance_norm(const torch::Tensor& x, const InstanceNormOptions& options = {});

// Every pixel twice in both directions: [n, c, h, w] -> [n, c, 2h, 2w].
torch::Tensor enlarge(const torch::Tensor& x);

}  // namespace sakuga::nn
