#include "sakuga/nn/ops.h"

#include "sakuga/core/error.h"

namespace sakuga::nn {
namespace {

std::optional<Precision> chosen;

torch::Tensor activate(const torch::Tensor& x, double slope) {
  return slope == 1 ? x : torch::leaky_relu(x, slope);
}

}  // namespace

Precision compute_precision() { return chosen.value_or(Precision::Float32); }

void set_compute_precision(Precision precision) { chosen = precision; }

torch::Device compute_device() { return torch::cuda::is_available() ? torch::kCUDA : torch::kCPU; }

torch::Tensor to_compute(const torch::Tensor& x) { return x; }

torch::Tensor from_compute(const torch::Tensor& x) { return x.to(torch::kFloat32).contiguous(); }

torch::Tensor conv2d(const torch::Tensor& x, const torch::Tensor& weight, const torch::Tensor& bias,
                     const ConvOptions& options) {
  auto y = torch::conv2d(x, weight, bias, options.stride, options.padding);
  if (options.pixel_shuffle) y = torch::pixel_shuffle(y, 2);
  if (options.residual.defined()) y = y + options.residual;
  return activate(y, options.leaky_slope);
}

torch::Tensor batch_norm(const torch::Tensor& x, torch::nn::BatchNorm2d& norm, const NormOptions& options) {
  auto y = norm->forward(x);
  if (options.residual.defined()) y = y + options.residual;
  return options.relu ? torch::relu(y) : y;
}

}  // namespace sakuga::nn
