// How published weights of other programs are laid out: which net they are and what its tensors are called
// there. One file for each layout.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "sakuga/weights/safetensors.h"

namespace sakuga::weights {

struct ForeignLayout {
  std::string architecture;                                // An id of models/catalog.h ...
  nlohmann::json options;                                  // ... and its options, read off the shapes.
  std::vector<std::pair<std::string, std::string>> names;  // (In the file, in the net.)
  std::vector<std::string> ignored;                        // Prefixes of tensors that the net does not need.
};

// The layout that the tensors have, if it is a known one.
std::optional<ForeignLayout> recognise_layout(const SafetensorsFile& file);

// github.com/znxlwm/UGATIT-pytorch: both generators and four discriminators in one file. The size of a light
// model is not to be seen in it and is taken as 256.
std::optional<ForeignLayout> ugatit_layout(const SafetensorsFile& file);

// github.com/Yijunmaverick/CartoonGAN-Test-Pytorch-Torch: the generator of CartoonGAN's authors. It takes and
// gives blue, green, red.
std::optional<ForeignLayout> cartoongan_layout(const SafetensorsFile& file);

}  // namespace sakuga::weights
