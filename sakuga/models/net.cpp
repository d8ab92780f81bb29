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

torch::Tensor exact_dense(const torch::Tensor& x, torch::nn::Linear& layer) {
  const auto bias = layer->bias.defined() ? layer->bias.to(torch::kDouble) : layer->bias;
  return torch::linear(x.to(torch::kDouble), layer->weight.to(torch::kDouble), bias).to(torch::kFloat);
}

}  // namespace sakuga::models
