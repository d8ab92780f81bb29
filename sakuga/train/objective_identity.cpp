#include "sakuga/train/objective_identity.h"

#include <limits>

namespace sakuga::train {

torch::Tensor identity_loss(const torch::Tensor& embeddings, const torch::Tensor& series,
                            double temperature) {
  const auto self = torch::eye(series.size(0), torch::TensorOptions(torch::kBool).device(series.device()));
  const auto near = embeddings.matmul(embeddings.t()) / temperature;
  const auto chance = torch::log_softmax(near.masked_fill(self, -std::numeric_limits<double>::infinity()), 1);
  const auto views = (series.unsqueeze(0) == series.unsqueeze(1)) & ~self;
  const auto count = views.sum(1);
  const auto found = chance.masked_fill(~views, 0).sum(1) / count.clamp_min(1);
  return -found.sum() / (count > 0).sum().clamp_min(1);
}

}  // namespace sakuga::train
