// Small things that every task does with its nets. Internal to train.
#pragma once

#include <algorithm>

#include "sakuga/train/adam.h"
#include "sakuga/train/judged.h"
#include "sakuga/train/task.h"

namespace sakuga::train {

inline AdamOptions adam_options(const OptimiserOptions& options, double rate) {
  return {.rate = rate, .beta1 = options.beta1, .beta2 = options.beta2, .weight_decay = options.weight_decay};
}

inline void set_trained(torch::nn::Module& net, bool trained) {
  for (auto& parameter : net.parameters()) parameter.requires_grad_(trained);
}

// Adds a loss's terms to those of the same name.
inline void note(Numbers& numbers, const Loss& loss) {
  for (const auto& [name, value] : loss.terms) {
    const auto found = std::find_if(numbers.begin(), numbers.end(),
                                    [&](const auto& number) { return number.first == name; });
    if (found == numbers.end())
      numbers.emplace_back(name, value.item<double>());
    else
      found->second += value.item<double>();
  }
}

}  // namespace sakuga::train
