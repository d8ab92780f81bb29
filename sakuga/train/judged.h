// What a discriminator said about a batch, beside what it should know: the argument of the objectives.
#pragma once

#include <torch/torch.h>

#include <string>
#include <utility>
#include <vector>

namespace sakuga::train {

struct Judged {
  torch::Tensor logits;                  // [n], before the sigmoid: real (positive) or drawn.
  torch::Tensor tag_logits;              // [n, tags].
  torch::Tensor tags;                    // [n, tags] in [0, 1]: the picture's own tags, or those asked for.
  std::vector<torch::Tensor> maps = {};  // What the discriminator made of the pictures on its way; or empty.
};

// A loss and its parts by name, for the log.
struct Loss {
  torch::Tensor total;  // Scalar; call backward() on it.
  std::vector<std::pair<std::string, torch::Tensor>> terms;
};

}  // namespace sakuga::train
