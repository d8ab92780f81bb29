// The model card: what a weights file says about itself.
//
// It travels as JSON in __metadata__["sakuga"], so that a model is one file: which net it is, what its tags
// mean, what it has seen, how good it is and under which licences its pictures stand.
#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sakuga/weights/safetensors.h"

namespace sakuga::weights {

// A measured number together with how it was measured; without the protocol it means nothing.
struct Metric {
  std::string name;  // "kid", "tags.hair"
  double value = 0;
  double deviation = 0;  // 0 if the protocol gives none.
  std::string protocol = {};
};

struct Card {
  std::string architecture = {};                      // An id of models/catalog.h.
  nlohmann::json options = nlohmann::json::object();  // That architecture's options.
  std::string title = {};                             // One line for people.
  std::vector<std::string> tags = {};                 // In the order of the net's tag inputs or outputs.
  // Parallel to tags, or empty: the name of the group of which a picture has exactly one ("hair"), or "".
  std::vector<std::string> tag_groups = {};
  // Parallel to tags, or empty: the share of training pictures that have the tag.
  std::vector<double> tag_frequencies = {};
  // Some training pictures' tags, each row parallel to tags: which tags and dials go together. May be empty.
  std::vector<std::vector<float>> tag_examples = {};
  std::vector<std::string> dials =
      {};                           // Those of tags that are quantities from 0 to 1 and not there or absent.
  double tag_on = 1, tag_off = -1;  // What a generator was fed for a tag that is there, or not.
  int64_t resolution = 0;           // Pixels; 0 if the net takes any size.
  int64_t pictures_seen = 0;        // Training pictures, counted each time.
  std::vector<Metric> metrics = {};
  nlohmann::json licences = nullptr;  // data::LedgerSummary of the training pictures, null if unknown.
  nlohmann::json extra = nlohmann::json::object();  // Anything else worth keeping: recipe, authors.
};

// Tags of which a picture has one, or a tag that stands alone.
struct CardGroup {
  std::string name;          // Empty for a lone tag.
  std::vector<size_t> tags;  // Indices into Card::tags, ascending.
};

// In the order of their first tags.
std::vector<CardGroup> groups_of(const Card& card);

nlohmann::json to_json(const Card& card);
// Throws Error(CorruptInput) naming `where` on a card that is not one: wrong types, or lists that should be
// parallel and are not. Keys that a newer version wrote are left alone.
Card card_from_json(const nlohmann::json& json, const std::string& where);

// The card in a file's metadata, or as metadata. Without a card: Error(Unsupported) that says how to import.
Card card_of(const Metadata& metadata, const std::filesystem::path& path);
Metadata metadata_of(const Card& card);

// Reads the header alone.
Card read_card(const std::filesystem::path& path);

}  // namespace sakuga::weights
