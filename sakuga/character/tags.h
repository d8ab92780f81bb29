// From tags as people write them to the numbers that a generator takes.
//
// A weight of 1 is a tag that is there, 0 one that is not; a model's card says which numbers it was taught
// with for the two (weights::Card::tag_on and tag_off), and what lies between is linear between them. Tags of
// one group ("hair") exclude one another: asking for one turns the others off.
//
// What is not asked for: with Unspecified::Random each group draws one tag, and each lone tag is on or off,
// by the shares that the card gives (without shares: groups evenly, lone tags off); with Off they are all
// off, which a model that always saw one tag of each group was never taught. A dial (a turn of the head, a
// year) is never off: it stands at the middle of what the model saw. A seed always draws the same,
// whatever else is asked for: fixing the hair does not change the eyes.
//
// If the card has examples, lone tags and dials come from one of those that are nearest to what is asked for,
// so that they go together (no long hair beside short, a smile's mouth with "smile"); but the head looks
// straight ahead ("pose_..." stays in the middle).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "sakuga/weights/card.h"

namespace sakuga::character {

struct TagRequest {
  std::string name;
  double weight = 1;
  bool operator==(const TagRequest&) const = default;
};

// "blonde_hair, smile:0.7, -hat": commas between tags, a weight from -2 to 2 after a colon, and "-tag" for a
// tag that must not be there (weight 0). Blanks within a tag are underscores and capitals small letters. An
// empty text asks for nothing. Throws Error(BadRequest), quoting the part, for an empty tag, a weight that is
// none, a weight after "-tag".
std::vector<TagRequest> parse_tags(const std::string& text);

enum class Unspecified { Random, Off };

class Vocabulary {
 public:
  explicit Vocabulary(const weights::Card& card);

  const std::vector<std::string>& names() const { return names_; }
  bool stands_alone(size_t tag) const { return groups_[group_of_[tag]].name.empty(); }  // In no group.

  // A quantity from 0 to 1, not a tag that is there or not. False for what the model does not know.
  bool is_dial(const std::string& name) const;

  // The tags of the group called `name`, or of that one tag. Throws Error(BadRequest) that names the nearest
  // known group or tag.
  std::vector<std::string> members(const std::string& name) const;

  // A weight for each of names(). Of the same tag asked for twice the last counts. Throws Error(BadRequest)
  // for an unknown tag, naming the nearest.
  std::vector<float> weights(const std::vector<TagRequest>& requests, Unspecified unspecified,
                             uint64_t seed) const;

  // As weights(), but tags asked for in `change` replace those of their groups in `requests`.
  std::vector<float> weights(const std::vector<TagRequest>& requests, const std::vector<TagRequest>& change,
                             Unspecified unspecified, uint64_t seed) const;

  // Weights to the numbers that the model was taught with.
  std::vector<float> inputs(const std::vector<float>& weights) const;

  // "blonde_hair, smile:0.7": what parse_tags() reads back, without tags of weight 0.
  std::string text(const std::vector<float>& weights) const;

 private:
  using Group = weights::CardGroup;

  size_t index_of(const std::string& name) const;
  void fill_group(const Group& group, const std::vector<bool>& asked, Unspecified unspecified, double chance,
                  std::vector<float>& weights) const;
  void fill_from_example(const std::vector<bool>& asked, double chance, std::vector<float>& weights) const;

  std::vector<std::string> names_;
  std::vector<Group> groups_;        // In the order of their first tags.
  std::vector<size_t> group_of_;     // Index into groups_ of each tag.
  std::vector<bool> is_dial_;        // Of each tag.
  std::vector<double> frequencies_;  // Empty if the card has none.
  std::vector<std::vector<float>> examples_;
  double on_, off_;
};

}  // namespace sakuga::character
