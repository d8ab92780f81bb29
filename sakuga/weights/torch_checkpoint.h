// PyTorch's checkpoints (torch.save), read without executing anything (pickle.h): zip files as written since
// 1.6 and the plain pickles before it.
//
// What is in one is a tree of dictionaries; its tensors are called by their keys, joined by dots
// ("genA2B.DownBlock.1.weight"). Numbers, texts and empty places among them are left out. Damaged files are
// Error(CorruptInput); files before 0.1.10 (tar), sparse and quantised tensors, and any class but tensors
// and dictionaries are Error(Unsupported).
#pragma once

#include <filesystem>

#include "sakuga/weights/safetensors.h"

namespace sakuga::weights {

// Whether the file begins as a checkpoint does. Error(NotFound).
bool is_torch_checkpoint(const std::filesystem::path& path);

// All tensors, contiguous.
SafetensorsFile read_torch_checkpoint(const std::filesystem::path& path);

}  // namespace sakuga::weights
