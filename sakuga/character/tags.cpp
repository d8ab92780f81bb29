#include "sakuga/character/tags.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "sakuga/character/split_list.h"
#include "sakuga/core/error.h"
#include "sakuga/core/fields.h"
#include "sakuga/core/rng.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;
using core::fail;

constexpr uint64_t kTagStream = 1;  // The noise of a seed is stream 0.
constexpr double kMaxWeight = 2;

std::string tag_spelling(std::string name) {
  for (char& c : name) {
    if (c == ' ') c = '_';
    if (c >= 'A' && c <= 'Z') c = char(c - 'A' + 'a');
  }
  return name;
}

double parse_weight(const std::string& text, const std::string& part) {
  double weight = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), weight);
  if (error != std::errc() || end != text.data() + text.size() || !(std::abs(weight) <= kMaxWeight))
    fail(ErrorKind::BadRequest, "tags: expected a weight from -{} to {} after the colon, got \"{}\"",
         kMaxWeight, kMaxWeight, part);
  return weight;
}

TagRequest parse_tag(const std::string& part) {
  const auto colon = part.rfind(':');
  const bool absent = part.starts_with('-');
  const std::string name =
      tag_spelling(trimmed(part.substr(absent, colon == std::string::npos ? colon : colon - absent)));
  if (name.empty()) fail(ErrorKind::BadRequest, "tags: expected a tag, got \"{}\"", part);
  if (colon == std::string::npos) return {name, absent ? 0.0 : 1.0};
  if (absent)
    fail(ErrorKind::BadRequest, "tags: \"{}\" has both a minus and a weight; use one of them", part);
  return {name, parse_weight(trimmed(part.substr(colon + 1)), part)};
}

}  // namespace

std::vector<TagRequest> parse_tags(const std::string& text) {
  std::vector<TagRequest> requests;
  if (trimmed(text).empty()) return requests;
  for (const auto& part : split_list(text, ',')) requests.push_back(parse_tag(part));
  return requests;
}

Vocabulary::Vocabulary(const weights::Card& card)
    : names_(card.tags),
      groups_(weights::groups_of(card)),
      group_of_(card.tags.size()),
      frequencies_(card.tag_frequencies),
      examples_(card.tag_examples),
      on_(card.tag_on),
      off_(card.tag_off) {
  for (size_t group = 0; group < groups_.size(); ++group)
    for (const size_t tag : groups_[group].tags) group_of_[tag] = group;
  for (const auto& name : names_) is_dial_.push_back(std::ranges::count(card.dials, name) > 0);
}

size_t Vocabulary::index_of(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (found == names_.end())
    fail(ErrorKind::BadRequest, "tags: the model has no tag {}{}", name, core::suggestion(name, names_));
  return size_t(found - names_.begin());
}

bool Vocabulary::is_dial(const std::string& name) const {
  const auto found = std::find(names_.begin(), names_.end(), name);
  return found != names_.end() && is_dial_[size_t(found - names_.begin())];
}

std::vector<std::string> Vocabulary::members(const std::string& name) const {
  std::vector<std::string> known = names_, found;
  for (const auto& group : groups_) {
    if (!group.name.empty()) known.push_back(group.name);
    if (!group.name.empty() && group.name == name)
      for (const size_t tag : group.tags) found.push_back(names_[tag]);
  }
  if (std::find(names_.begin(), names_.end(), name) != names_.end()) found = {name};
  if (found.empty())
    fail(ErrorKind::BadRequest, "tags: the model has no tag or group {}{}", name,
         core::suggestion(name, known));
  return found;
}

// `chance` in [0, 1) decides; it is drawn for every group, needed or not, so that groups do not move one
// another's draws.
void Vocabulary::fill_group(const Group& group, const std::vector<bool>& asked, Unspecified unspecified,
                            double chance, std::vector<float>& weights) const {
  if (group.name.empty() && is_dial_[group.tags[0]]) {
    const size_t tag = group.tags[0];
    if (!asked[tag]) weights[tag] = frequencies_.empty() ? 0.5F : float(frequencies_[tag]);
    return;
  }
  if (unspecified == Unspecified::Off) return;
  if (group.name.empty()) {
    const size_t tag = group.tags[0];
    if (!asked[tag] && !frequencies_.empty()) weights[tag] = chance < frequencies_[tag] ? 1 : 0;
    return;
  }
  std::vector<size_t> open;  // The tags that nobody forbade.
  double sum = 0;
  for (const size_t tag : group.tags) {
    if (weights[tag] != 0) return;
    if (asked[tag]) continue;
    open.push_back(tag);
    sum += frequencies_.empty() ? 1 : frequencies_[tag];
  }
  if (open.empty()) return;
  double rest = chance * sum;
  for (const size_t tag : open) {
    rest -= frequencies_.empty() ? 1 : frequencies_[tag];
    if (rest < 0 || tag == open.back()) {
      weights[tag] = 1;
      return;
    }
  }
}

// Lone tags and dials that nobody asked for, from an example that differs about as little as any from what
// was.
void Vocabulary::fill_from_example(const std::vector<bool>& asked, double chance,
                                   std::vector<float>& weights) const {
  constexpr double kAlike = 0.1;
  std::vector<double> differences;
  for (const auto& example : examples_) {
    double difference = 0;
    for (size_t tag = 0; tag < names_.size(); ++tag)
      if (asked[tag] && stands_alone(tag)) difference += std::abs(double(weights[tag] - example[tag]));
    differences.push_back(difference);
  }
  const double least = *std::min_element(differences.begin(), differences.end());
  std::vector<size_t> near;
  for (size_t i = 0; i < examples_.size(); ++i)
    if (differences[i] <= least + kAlike) near.push_back(i);
  const auto& example = examples_[near[size_t(chance * double(near.size()))]];
  for (size_t tag = 0; tag < names_.size(); ++tag)
    if (!asked[tag] && stands_alone(tag) && !names_[tag].starts_with("pose_")) weights[tag] = example[tag];
}

std::vector<float> Vocabulary::weights(const std::vector<TagRequest>& requests, Unspecified unspecified,
                                       uint64_t seed) const {
  std::vector<float> weights(names_.size(), 0.f);
  std::vector<bool> asked(names_.size(), false);
  for (const auto& request : requests) {
    const size_t tag = index_of(request.name);
    weights[tag] = float(request.weight);
    asked[tag] = true;
  }
  core::Rng rng(seed, kTagStream);
  for (const auto& group : groups_) fill_group(group, asked, unspecified, rng.uniform(), weights);
  if (unspecified == Unspecified::Random && !examples_.empty())
    fill_from_example(asked, rng.uniform(), weights);
  return weights;
}

std::vector<float> Vocabulary::weights(const std::vector<TagRequest>& requests,
                                       const std::vector<TagRequest>& change, Unspecified unspecified,
                                       uint64_t seed) const {
  std::vector<TagRequest> together;
  for (const auto& request : requests) {
    const size_t group = group_of_[index_of(request.name)];
    const bool replaced = std::any_of(change.begin(), change.end(), [&](const TagRequest& other) {
      return group_of_[index_of(other.name)] == group;
    });
    if (!replaced) together.push_back(request);
  }
  together.insert(together.end(), change.begin(), change.end());
  return weights(together, unspecified, seed);
}

std::vector<float> Vocabulary::inputs(const std::vector<float>& weights) const {
  std::vector<float> inputs;
  for (const float weight : weights) inputs.push_back(float(off_ + double(weight) * (on_ - off_)));
  return inputs;
}

std::string Vocabulary::text(const std::vector<float>& weights) const {
  std::string text;
  for (size_t tag = 0; tag < names_.size(); ++tag) {
    if (weights[tag] == 0) continue;
    if (!text.empty()) text += ", ";
    text += weights[tag] == 1 ? names_[tag] : fmt::format("{}:{}", names_[tag], weights[tag]);
  }
  return text;
}

}  // namespace sakuga::character
