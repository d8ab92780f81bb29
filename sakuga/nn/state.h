// The parameters and buffers of a net, to and from weights files.
//
// Names are torch's ("blocks.0.conv1.weight"). In memory a net is float32; in a file it may be float32,
// bfloat16 or float16, in which case only tensors of two and more dimensions are narrowed: biases and
// normalisation statistics are few and sensitive.
#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

#include "sakuga/weights/safetensors.h"

namespace sakuga::nn {

// Renames the tensors of a foreign file: pairs of (name in the file, name in the net). A pair whose names end
// in '.' renames every tensor that begins so. The first pair that fits wins; without one the name stays.
using NameMap = std::vector<std::pair<std::string, std::string>>;

// What to do with tensors of the file that the net does not have.
enum class LeftOver { Refuse, Ignore };

// Fills the module's parameters and buffers from the file, widened to the module's own type. All of them or
// none: a tensor that is missing, left over, of another shape or not finite is Error(CorruptInput) that lists
// the first three. `num_batches_tracked`, which many files lack, may be missing.
void load_state(torch::nn::Module& module, const weights::SafetensorsFile& file, const NameMap& names = {},
                LeftOver left_over = LeftOver::Refuse);

// What write_safetensors() takes. The views stay valid as long as this lives.
struct State {
  std::vector<weights::TensorView> views;
  std::vector<torch::Tensor> storage;
};

// A snapshot of the module's parameters and buffers. `prefix` goes before each name; `dtype` is F32, BF16 or
// F16.
State collect_state(const torch::nn::Module& module, const std::string& prefix = "",
                    weights::Dtype dtype = weights::Dtype::F32);

// Adds one tensor of any type that safetensors knows.
void add_tensor(State& state, const std::string& name, const torch::Tensor& tensor);

// A copy of the tensor in its own type. U16, U32 and U64, which torch lacks, are Error(Unsupported).
torch::Tensor to_tensor(const weights::TensorView& view);

int64_t parameter_count(const torch::nn::Module& module);

}  // namespace sakuga::nn
