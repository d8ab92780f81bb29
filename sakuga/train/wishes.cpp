#include "sakuga/train/wishes.h"

#include <algorithm>

namespace sakuga::train {
namespace {

constexpr double kLoneTagChance = 0.25;  // As published: every tag outside the colours.
constexpr double kDialSpread = 0.15;     // A dial turns by so much to either side of its mean.

}  // namespace

Wishes::Wishes(const Recipe& recipe, std::vector<TagGroup> groups, int64_t tags,
               const std::optional<weights::Card>& start)
    : batch_(recipe.batch),
      seed_(uint64_t(recipe.seed)),
      latents_known_(recipe.knows_latents()),
      from_data_(recipe.drawn_tags == "data" && !start),
      groups_(std::move(groups)),
      tags_(tags),
      shares_(size_t(tags)),
      is_dial_(size_t(tags)) {
  for (const auto& group : groups_)
    for (const auto tag : group.tags)
      shares_[size_t(tag)] = group.tags.size() > 1 ? 1 / double(group.tags.size()) : kLoneTagChance;
  if (!start || start->tag_frequencies.empty()) return;
  shares_ = start->tag_frequencies;
  for (size_t tag = 0; tag < shares_.size(); ++tag)
    is_dial_[tag] = std::ranges::count(start->dials, start->tags[tag]) > 0;
}

// `number` in [0, 1) decides.
void Wishes::choose(torch::Tensor row, const TagGroup& group, double number) const {
  const int64_t first = group.tags[0];
  if (group.tags.size() == 1) {
    const double share = shares_[size_t(first)];
    row[first] = is_dial_[size_t(first)] ? std::clamp(share + kDialSpread * (2 * number - 1), 0., 1.)
                                         : double(number < share);
    return;
  }
  double rest = 0;
  for (const auto tag : group.tags) rest += shares_[size_t(tag)] * number;
  for (const auto tag : group.tags) {
    rest -= shares_[size_t(tag)];
    if (rest >= 0 && tag != group.tags.back()) continue;
    row[tag] = 1;
    return;
  }
}

torch::Tensor Wishes::tags_by_chance(int64_t count, Purpose purpose, int64_t step) const {
  auto tags = torch::zeros({count, tags_});
  const auto numbers = uniform({count, int64_t(groups_.size())}, seed_, purpose, step);
  for (size_t g = 0; g < groups_.size(); ++g)
    for (int64_t i = 0; i < count; ++i) choose(tags[i], groups_[g], numbers[i][int64_t(g)].item<double>());
  return tags;
}

Wish Wishes::at(const Batch& batch, int64_t noise_size, int64_t views, Purpose noise, Purpose tags,
                int64_t step) const {
  if (latents_known_) return {batch.latents, batch.tags};
  const auto who = normal({batch_ / views, noise_size}, seed_, noise, step).to(batch.pictures.device());
  const auto chosen =
      from_data_ ? batch.tags : tags_by_chance(batch_, tags, step).to(batch.pictures.device());
  return {who.repeat_interleave(views, 0), chosen};
}

}  // namespace sakuga::train
