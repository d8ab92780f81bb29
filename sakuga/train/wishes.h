// What a generator is asked to draw at each step of its training: noise, and tags.
//
// The tags are those of the batch's pictures, or one of each group by chance (as published), or, for a
// generator that starts from a model, by the shares that the model's card gives: the pictures of an artist's
// style need no tags, and the model keeps its own. The noise is new, or the latents of the batch's pictures.
#pragma once

#include <optional>

#include "sakuga/train/pictures.h"
#include "sakuga/train/random.h"
#include "sakuga/train/recipe.h"
#include "sakuga/weights/card.h"

namespace sakuga::train {

struct Wish {
  torch::Tensor noise, tags;  // [batch, noise], [batch, tags]
};

class Wishes {
 public:
  // `groups` of `tags` tags; `start` is the card of the model that the generator starts from.
  Wishes(const Recipe& recipe, std::vector<TagGroup> groups, int64_t tags,
         const std::optional<weights::Card>& start);

  // For the pictures of `batch`, in which `views` of a subject follow one another.
  Wish at(const Batch& batch, int64_t noise_size, int64_t views, Purpose noise, Purpose tags,
          int64_t step) const;

  // [count, tags]: as a model's own, or one of each group.
  torch::Tensor tags_by_chance(int64_t count, Purpose purpose, int64_t step) const;

 private:
  void choose(torch::Tensor row, const TagGroup& group, double number) const;

  int64_t batch_;
  uint64_t seed_;
  bool latents_known_, from_data_;
  std::vector<TagGroup> groups_;
  int64_t tags_;
  std::vector<double> shares_;  // Of each tag.
  std::vector<bool> is_dial_;
};

}  // namespace sakuga::train
