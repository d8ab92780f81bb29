#include "sakuga/train/ema.h"

#include <algorithm>
#include <cmath>

namespace sakuga::train {

void move_towards(torch::nn::Module& average, const torch::nn::Module& net, double decay) {
  torch::NoGradGuard no_grad;
  // Not through data(): the version counters must see the change, or copies of the weights go stale.
  auto targets = average.named_parameters();
  for (const auto& source : net.named_parameters()) targets[source.key()].lerp_(source.value(), 1 - decay);
  const auto buffers = average.named_buffers();
  for (const auto& source : net.named_buffers()) {
    auto target = buffers[source.key()];
    if (source.value().is_floating_point())
      target.lerp_(source.value(), 1 - decay);
    else
      target.copy_(source.value());
  }
}

double ema_decay(double half_life, int64_t batch, int64_t seen) {
  const double pictures = std::min(half_life, 0.05 * double(seen));
  return pictures <= 0 ? 0 : std::pow(0.5, double(batch) / pictures);
}

}  // namespace sakuga::train
