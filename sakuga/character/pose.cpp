#include "sakuga/character/pose.h"

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/rig/dials.h"
#include "sakuga/rig/random.h"

namespace sakuga::character {
namespace {

const std::vector<std::string> kMoodTags = {"blush", "smile", "open_mouth"};

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Of who a character is and how it is lit, not of its face and pose.
bool stays(const std::string& dial) {
  return dial.starts_with("era_") || dial.starts_with("light_");
}

// The expression that the weights' tags ask for.
rig::Expression expression_asked(const Vocabulary& vocabulary, const std::vector<float>& weights) {
  rig::Character face;
  std::vector<std::string> tags;
  for (size_t tag = 0; tag < weights.size(); ++tag)
    if (weights[tag] >= 0.5f && contains(kMoodTags, vocabulary.names()[tag]))
      tags.push_back(vocabulary.names()[tag]);
  rig::apply_tags(face, tags);
  return face.expression;
}

void set_from(const rig::Character& character, const Vocabulary& vocabulary, bool all,
              std::vector<float>& weights) {
  const auto& names = vocabulary.names();
  const auto shown = rig::tags_of(character);
  for (const auto& tag : all ? rig::rig_tags() : kMoodTags)
    if (const auto at = std::find(names.begin(), names.end(), tag); at != names.end())
      weights[size_t(at - names.begin())] = contains(shown, tag) ? 1 : 0;
  for (const auto& dial : rig::dials())
    if (vocabulary.is_dial(dial.name) && (all || !stays(dial.name)))
      weights[size_t(std::find(names.begin(), names.end(), dial.name) - names.begin())] =
          float(rig::score_of(dial, character));
}

}  // namespace

void expect_dials(const weights::Card& card, const std::string& model) {
  for (const char* dial : {"pose_yaw", "mouth_opening", "mouth_curve"})
    if (!contains(card.dials, dial))
      core::fail(
          core::ErrorKind::BadRequest,
          "{} cannot turn heads and change moods: it has no dial {}; expected a model of rig characters, "
          "or --engine rig",
          model, dial);
}

std::vector<float> posed(const Vocabulary& vocabulary, std::vector<float> weights, const rig::Shot& shot) {
  rig::Character face;
  face.expression = expression_asked(vocabulary, weights);
  set_from(rig::posed(face, shot), vocabulary, false, weights);
  return weights;
}

std::vector<float> weights_of(const Vocabulary& vocabulary, const rig::Character& character) {
  std::vector<float> weights(vocabulary.names().size(), 0.f);
  set_from(character, vocabulary, true, weights);
  return weights;
}

}  // namespace sakuga::character
