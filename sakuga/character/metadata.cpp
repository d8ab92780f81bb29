#include "sakuga/character/metadata.h"

#include "sakuga/data/licence.h"

namespace sakuga::character {

nlohmann::ordered_json subject_json(const Artist& artist, const Subject& subject) {
  auto tags = nlohmann::ordered_json::object();
  for (size_t tag = 0; tag < subject.tags.size(); ++tag)
    if (subject.tags[tag] != 0) tags[artist.card.tags[tag]] = subject.tags[tag];
  return {{"seed", subject.seed}, {"tags", std::move(tags)}};
}

nlohmann::ordered_json origin_json(const Artist& artist, const std::string& command) {
  const auto& licences = artist.card.licences;
  const auto ledger =
      licences.is_null() ? data::LedgerSummary{} : data::ledger_from_json(licences, artist.name);
  return {{"command", command},
          {"model",
           {{"file", artist.name}, {"sha256", artist.sha256}, {"architecture", artist.card.architecture}}},
          {"licence", data::ledger_to_json(ledger)},
          {"verdict", data::verdict_text(ledger)}};
}

std::string infotext(const Artist& artist, const Subject& subject, double truncation) {
  std::string prompt, negative;
  for (size_t tag = 0; tag < subject.tags.size(); ++tag) {
    const float weight = subject.tags[tag];
    std::string& list = weight < 0 ? negative : prompt;
    if (weight == 0) continue;
    if (!list.empty()) list += ", ";
    const float strength = std::abs(weight);
    list += strength == 1 ? artist.card.tags[tag] : fmt::format("({}:{:g})", artist.card.tags[tag], strength);
  }
  return fmt::format(
      "{}\nNegative prompt: {}\nSteps: 1, Sampler: Sakuga, CFG scale: 1, Seed: {}, Size: {}x{}, Model hash: "
      "{}, "
      "Model: {}, Truncation: {:g}",
      prompt, negative, subject.seed, artist.card.resolution, artist.card.resolution,
      artist.sha256.substr(0, 10), artist.name.substr(0, artist.name.rfind('.')), truncation);
}

}  // namespace sakuga::character
