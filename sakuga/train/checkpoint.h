// Checkpoints: everything a run needs to go on as if it had never stopped, in one safetensors file.
#pragma once

#include <torch/torch.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "sakuga/train/adam.h"

namespace sakuga::train {

// What belongs to a run, by name; the tensors are the run's own, not copies.
using NamedTensors = std::vector<std::pair<std::string, torch::Tensor>>;

// Adds the parameters and buffers of a net under "prefix.".
void add_tensors(NamedTensors& tensors, const std::string& prefix, const torch::nn::Module& net);

// Adds the moments of the optimiser of a net's parameters() under "prefix.first." and "prefix.second.".
void add_moments(NamedTensors& tensors, const std::string& prefix, const torch::nn::Module& net, Adam& adam);

// Writes all tensors and `counters` to a new file and renames it. Throws Error(BadRequest) if the disk is
// full or a float tensor is not finite; `path` then stays what it was.
void save_checkpoint(const std::filesystem::path& path, const NamedTensors& tensors,
                     const nlohmann::json& counters);

// Reads the counters alone. Throws Error(NotFound), Error(CorruptInput) if this is no checkpoint.
nlohmann::json read_counters(const std::filesystem::path& path);

// Copies a checkpoint's values into the run's tensors. Throws Error(CorruptInput) if a name or shape differs.
void load_checkpoint(const std::filesystem::path& path, const NamedTensors& tensors);

}  // namespace sakuga::train
