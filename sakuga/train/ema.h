// The exponential moving average of a net's weights (Yazici et al., ICLR 2019), which draws better than any
// single step's weights do.
#pragma once

#include <torch/torch.h>

#include <cstdint>

namespace sakuga::train {

// Moves every parameter and every float buffer (running statistics) of `average` towards those of `net`:
// average = decay * average + (1 - decay) * net. Counters (int64 buffers) are copied. Both nets must be
// built from the same options.
void move_towards(torch::nn::Module& average, const torch::nn::Module& net, double decay);

// The decay of one step of `batch` pictures for an average whose weight halves every `half_life` pictures.
// Early in a run the half-life is at most `seen` * 0.05 (StyleGAN2-ADA's ramp), so that the random start
// is forgotten. half_life = 0 gives 0: the average is the net.
double ema_decay(double half_life, int64_t batch, int64_t seen);

}  // namespace sakuga::train
