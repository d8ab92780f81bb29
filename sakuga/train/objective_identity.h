// The objective of an embedding that says who a picture shows.
//
// Supervised contrastive learning (Khosla et al., 2020): every picture should find the other views of its
// character among all pictures of the batch. With s the cosine over the temperature,
//   loss = - mean over i, and over the other views p of i's character, of log(exp(s_ip) / sum_{j != i}
//   exp(s_ij))
// A picture that has no other view in the batch is only one of those to tell apart.
#pragma once

#include <torch/torch.h>

#include "sakuga/core/fields.h"

namespace sakuga::train {

struct IdentityOptions {
  int64_t views = 4;
  double temperature = 0.1;
};

void visit_fields(IdentityOptions& options, auto&& visit) {
  using core::Field;
  visit(
      "views", options.views,
      Field{.help = "pictures of each character in a batch, which is a multiple of it", .min = 2, .max = 64});
  visit("temperature", options.temperature,
        Field{.help = "how much the hardest pictures count: less is more", .min = 0.01, .max = 1});
}

// `embeddings` [n, d] of length one, `series` [n]: equal for pictures of one character. Zero if no picture
// has another view.
torch::Tensor identity_loss(const torch::Tensor& embeddings, const torch::Tensor& series, double temperature);

}  // namespace sakuga::train
