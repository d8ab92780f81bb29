// Weights in the engine's order, packed once per value: an entry lives as long as the weight's storage and
// is packed again when the weight has been written to (torch's version counter). An optimiser that writes
// through raw pointers must call weight.unsafeGetTensorImpl()->bump_version().
#pragma once

#include <torch/torch.h>

#include <memory>

#include "sakuga/nn/conv_engine.h"

namespace sakuga::nn {

std::shared_ptr<const std::vector<Bf16>> packed_weight(const torch::Tensor& weight, bool to_small,
                                                       const ConvGeometry& geometry);

}  // namespace sakuga::nn
