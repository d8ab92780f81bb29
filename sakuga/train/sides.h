// The two sides of an unpaired training: the recipe's `dataset` (side 0) and its `target` (side 1), as
// batches of squares cut at random out of enlarged pictures.
#pragma once

#include <torch/torch.h>

#include <deque>

#include "sakuga/models/net.h"
#include "sakuga/train/pictures.h"
#include "sakuga/train/recipe.h"
#include "sakuga/weights/card.h"

namespace sakuga::train {

class Sides {
 public:
  // `source` must outlive this. Throws Error(BadRequest) if the recipe names no target, and as Pictures.
  Sides(const Recipe& recipe, const data::Dataset& source);

  // A third sequence for batch(), number 2: the pictures of a side, each changed, in an order of its own.
  void add_changed(size_t side, PicturesOptions::Change change);

  // [batch, 3, resolution, resolution] on the compute device. Depends on the recipe, `sequence` and `step`
  // alone.
  torch::Tensor batch(size_t sequence, int64_t step);

  // Whole pictures of a side's test split, or its training split if it has none, in turn: [count, 3, size,
  // size].
  torch::Tensor unseen(size_t side, int64_t first, int64_t count, int64_t size) const;

  // Unseen pictures of the first side as the net draws them.
  std::vector<media::Image8> drawn(models::TranslatorNet& net, int64_t first, int64_t count,
                                   int64_t size) const;

  const data::Dataset& source() const { return source_; }
  const data::Dataset& target() const { return target_; }

  // The card of a net of the recipe's generator with these options, the ledger of both sides and, as
  // extra["domain"]["there" or "back"], what the pictures to be translated are like (compose/domain.h).
  weights::Card card(const nlohmann::json& options) const;

 private:
  const Recipe recipe_;
  const data::Dataset& source_;
  const data::Dataset target_;
  const nlohmann::json domains_;
  std::deque<Pictures> pictures_;
};

}  // namespace sakuga::train
