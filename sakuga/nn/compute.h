// The compute policy, in one place: where and in what precision networks run.
#pragma once

#include <torch/torch.h>

namespace sakuga::nn {

enum class Precision { Float32, Bfloat16 };

// Bfloat16 where the engine runs (conv_engine.h) or there is CUDA, else Float32.
Precision compute_precision();

// Overrides the choice, for tests and --precision. Error(Unsupported) where Bfloat16 cannot run.
void set_compute_precision(Precision precision);

// CUDA if present, else the processor.
torch::Device compute_device();

}  // namespace sakuga::nn
