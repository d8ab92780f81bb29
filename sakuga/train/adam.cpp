#include "sakuga/train/adam.h"

#include <ATen/Parallel.h>

#include <cmath>

namespace sakuga::train {
namespace {

using Factors = Adam::Factors;

#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx512f", "avx2", "default"), optimize("O3", "no-math-errno", "no-trapping-math")))
#endif
void update(float* __restrict value, float* __restrict first, float* __restrict second,
            const float* __restrict gradient, int64_t count, Factors f) {
  for (int64_t i = 0; i < count; ++i) {
    const float g = gradient[i] + f.weight_decay * value[i];
    const float m = f.beta1 * first[i] + (1 - f.beta1) * g;
    const float v = f.beta2 * second[i] + (1 - f.beta2) * g * g;
    first[i] = m;
    second[i] = v;
    value[i] -= f.step * m / (__builtin_sqrtf(v) * f.correction + f.epsilon);
  }
}

}  // namespace

// The same in torch's operations, for devices that are not the processor.
void Adam::update_elsewhere(size_t p, const torch::Tensor& slope, const Factors& f) {
  torch::NoGradGuard no_grad;
  const auto gradient = slope.add(parameters_[p], f.weight_decay);
  first_[p].mul_(f.beta1).add_(gradient, 1 - f.beta1);
  second_[p].mul_(f.beta2).addcmul_(gradient, gradient, 1 - f.beta2);
  parameters_[p].addcdiv_(first_[p], second_[p].sqrt().mul_(f.correction).add_(f.epsilon), -f.step);
}

Adam::Adam(std::vector<torch::Tensor> parameters, const AdamOptions& options)
    : parameters_(std::move(parameters)), options_(options) {
  for (const auto& parameter : parameters_) {
    TORCH_CHECK(parameter.scalar_type() == torch::kFloat32 && parameter.is_contiguous(),
                "Adam: expected contiguous float32 parameters");
    first_.push_back(torch::zeros_like(parameter).requires_grad_(false));
    second_.push_back(torch::zeros_like(parameter).requires_grad_(false));
  }
}

void Adam::step(double rate_factor) {
  ++steps_;
  const double correction1 = 1 - std::pow(options_.beta1, double(steps_));
  const double correction2 = 1 - std::pow(options_.beta2, double(steps_));
  const Factors factors{.beta1 = float(options_.beta1),
                        .beta2 = float(options_.beta2),
                        .step = float(options_.rate * rate_factor / correction1),
                        .correction = float(1 / std::sqrt(correction2)),
                        .epsilon = float(options_.epsilon),
                        .weight_decay = float(options_.weight_decay)};
  for (size_t p = 0; p < parameters_.size(); ++p) {
    auto& grad = parameters_[p].mutable_grad();
    if (!grad.defined()) continue;
    const auto gradient = grad.to(torch::kFloat32).contiguous();
    grad.reset();
    if (!gradient.is_cpu()) {
      update_elsewhere(p, gradient, factors);
      continue;
    }
    float* value = parameters_[p].data_ptr<float>();
    float* first = first_[p].data_ptr<float>();
    float* second = second_[p].data_ptr<float>();
    const float* slope = gradient.data_ptr<float>();
    at::parallel_for(0, gradient.numel(), 1 << 16, [&](int64_t begin, int64_t end) {
      update(value + begin, first + begin, second + begin, slope + begin, end - begin, factors);
    });
    // Whoever keeps a low-precision copy of a weight looks at its version.
    parameters_[p].unsafeGetTensorImpl()->bump_version();
  }
}

}  // namespace sakuga::train
