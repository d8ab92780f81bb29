// The score of a generator while it trains: the kernel distance (metrics/kid.h) of what it draws from the
// test split.
#pragma once

#include <torch/torch.h>

#include <functional>
#include <optional>

#include "sakuga/data/dataset.h"
#include "sakuga/train/metrics/feature_protocol.h"
#include "sakuga/train/recipe.h"
#include "sakuga/weights/card.h"

namespace sakuga::train {

class DrawingScore {
 public:
  // Loads the feature net. `dataset` must outlive this. Throws as FeatureModel::load(), and
  // Error(BadRequest) if the test split has fewer than two pictures.
  DrawingScore(const ScoreOptions& options, const data::Dataset& dataset);

  // `draw(first, tags)` draws pictures number `first` and on, with these tags [n, tags of the data set]:
  // those of test pictures, in turn.
  using Draw = std::function<std::vector<media::Image8>(int64_t first, const torch::Tensor& tags)>;
  weights::Metric measure(const Draw& draw);

 private:
  metrics::FeatureSet reference();

  ScoreOptions options_;
  const data::Dataset& dataset_;
  metrics::FeatureProtocol protocol_;
  std::vector<data::PictureInfo> unseen_;
  std::optional<metrics::FeatureSet> reference_;
};

}  // namespace sakuga::train
