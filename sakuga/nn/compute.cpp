#include "sakuga/nn/compute.h"

#include <atomic>

#include "sakuga/core/error.h"
#include "sakuga/nn/conv_engine.h"

namespace sakuga::nn {
namespace {

bool bfloat16_runs() {
  return torch::cuda::is_available() || conv_engine_available();
}

std::atomic<Precision>& chosen() {
  static std::atomic<Precision> precision = bfloat16_runs() ? Precision::Bfloat16 : Precision::Float32;
  return precision;
}

}  // namespace

Precision compute_precision() {
  return chosen();
}

void set_compute_precision(Precision precision) {
  if (precision == Precision::Bfloat16 && !bfloat16_runs())
    core::fail(core::ErrorKind::Unsupported,
               "compute: bfloat16 needs a processor with AVX512-BF16, or CUDA; use float32");
  chosen() = precision;
}

torch::Device compute_device() {
  static const torch::Device device = torch::cuda::is_available() ? torch::kCUDA : torch::kCPU;
  return device;
}

}  // namespace sakuga::nn
