// For tests: the weights of tests/golden/ugatit.py.
#pragma once

#include "sakuga/models/golden.h"
#include "sakuga/models/ugatit.h"
#include "sakuga/models/ugatit_discriminator.h"

namespace sakuga::models {

constexpr auto kUgatitGolden = "ugatit.safetensors";

// Sets every parameter and singular vector by its name behind `prefix`.
inline void set_ugatit_formula(torch::nn::Module& net, const std::string& prefix) {
  torch::NoGradGuard no_grad;
  for (const auto& item : net.named_parameters()) {
    auto value = item.value();
    const auto& name = item.key();
    const auto u = uniform(prefix + name, value.sizes().vec());
    if (name.ends_with(".rho"))
      value.copy_(u * 0.5f + 0.5f);
    else if (name.ends_with("norm.scale"))
      value.copy_(u * 0.25f + 1);
    else if (name.ends_with("norm.shift") || value.dim() == 1)
      value.copy_(u * 0.1f);
    else
      value.copy_(u * float(std::sqrt(3 / double(value.numel() / value.size(0)))));
  }
  for (const auto& item : net.named_buffers())
    item.value().copy_(uniform(prefix + item.key(), item.value().sizes().vec()) * 0.25f + 1);
}

inline UgatitGenerator golden_ugatit(const std::string& prefix, bool light = true) {
  UgatitGenerator net(UgatitGeneratorOptions{.size = 32, .width = 8, .blocks = 2, .light = light});
  set_ugatit_formula(*net, prefix);
  return net;
}

inline UgatitDiscriminator golden_ugatit_judge(const std::string& prefix, int64_t layers) {
  UgatitDiscriminator net(UgatitDiscriminatorOptions{.width = 8, .layers = layers});
  set_ugatit_formula(*net, prefix);
  return net;
}

}  // namespace sakuga::models
