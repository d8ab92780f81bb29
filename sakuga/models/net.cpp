#include "sakuga/models/net.h"

namespace sakuga::models {

void initialise(torch::nn::Module& net, const std::string& kind) {
  torch::NoGradGuard no_grad;
  for (const auto& item : net.named_parameters()) {
    auto parameter = item.value();
    if (parameter.dim() >= 2 && kind == "he")
      torch::nn::init::kaiming_normal_(parameter, 0.2, torch::kFanIn, torch::kLeakyReLU);
    else if (parameter.dim() >= 2)
      parameter.normal_(0, 0.02);
    else if (item.key().ends_with("bias"))
      parameter.zero_();
  }
}

torch::Tensor exact_dense(const torch::Tensor& x, const torch::nn::LinearImpl& layer) {
  const auto bias = layer.bias.defined() ? layer.bias.to(torch::kDouble) : layer.bias;
  return torch::linear(x.to(torch::kDouble), layer.weight.to(torch::kDouble), bias).to(torch::kFloat);
}

torch::Tensor dense(torch::nn::LinearImpl& layer, const torch::Tensor& x) {
  return layer.is_training() ? layer.forward(x) : exact_dense(x, layer);
}

void merge_norm(torch::nn::Conv2d& conv, torch::nn::BatchNorm2d& norm, bool shuffled) {
  torch::NoGradGuard no_grad;
  auto scale = norm->weight / torch::sqrt(norm->running_var + norm->options.eps());
  auto shift = norm->bias - norm->running_mean * scale;
  if (shuffled) {
    scale = scale.repeat_interleave(4);
    shift = shift.repeat_interleave(4);
  }
  conv->weight.mul_(scale.view({-1, 1, 1, 1}));
  conv->bias.mul_(scale).add_(shift);
}

}  // namespace sakuga::models
