#include "sakuga/weights/card.h"

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;
using core::fail;
using nlohmann::json;

constexpr int kVersion = 1;
constexpr const char* kKey = "sakuga";

// Reads `key` into `value` if it is there.
template <class Value>
void take(const json& object, const char* key, Value& value) {
  if (const auto found = object.find(key); found != object.end()) found->get_to(value);
}

Metric metric_from_json(const json& object) {
  Metric metric;
  take(object, "name", metric.name);
  take(object, "value", metric.value);
  take(object, "deviation", metric.deviation);
  take(object, "protocol", metric.protocol);
  return metric;
}

void check_card(const Card& card, const std::string& where) {
  const auto parallel = [&](size_t size) { return size == 0 || size == card.tags.size(); };
  if (card.architecture.empty())
    fail(ErrorKind::CorruptInput, "{}: the model card names no architecture", where);
  if (!card.options.is_object())
    fail(ErrorKind::CorruptInput, "{}: the model card's options should be an object", where);
  if (!parallel(card.tag_groups.size()) || !parallel(card.tag_frequencies.size()))
    fail(ErrorKind::CorruptInput, "{}: the model card has {} tags, but {} tag_groups and {} tag_frequencies",
         where, card.tags.size(), card.tag_groups.size(), card.tag_frequencies.size());
  for (const auto& example : card.tag_examples)
    if (example.size() != card.tags.size())
      fail(ErrorKind::CorruptInput, "{}: the model card has {} tags, but {} in one of tag_examples", where,
           card.tags.size(), example.size());
}

}  // namespace

std::vector<CardGroup> groups_of(const Card& card) {
  std::vector<CardGroup> groups;
  for (size_t tag = 0; tag < card.tags.size(); ++tag) {
    const std::string name = card.tag_groups.empty() ? "" : card.tag_groups[tag];
    const auto same = std::ranges::find_if(
        groups, [&](const CardGroup& group) { return !name.empty() && group.name == name; });
    if (same == groups.end())
      groups.push_back({name, {tag}});
    else
      same->tags.push_back(tag);
  }
  return groups;
}

json to_json(const Card& card) {
  auto metrics = json::array();
  for (const auto& metric : card.metrics)
    metrics.push_back({{"name", metric.name},
                       {"value", metric.value},
                       {"deviation", metric.deviation},
                       {"protocol", metric.protocol}});
  return {{"version", kVersion},
          {"architecture", card.architecture},
          {"options", card.options},
          {"title", card.title},
          {"tags", card.tags},
          {"tag_groups", card.tag_groups},
          {"tag_frequencies", card.tag_frequencies},
          {"tag_examples", card.tag_examples},
          {"dials", card.dials},
          {"tag_on", card.tag_on},
          {"tag_off", card.tag_off},
          {"resolution", card.resolution},
          {"pictures_seen", card.pictures_seen},
          {"metrics", metrics},
          {"licences", card.licences},
          {"extra", card.extra}};
}

Card card_from_json(const json& object, const std::string& where) {
  Card card;
  try {
    take(object, "architecture", card.architecture);
    take(object, "options", card.options);
    take(object, "title", card.title);
    take(object, "tags", card.tags);
    take(object, "tag_groups", card.tag_groups);
    take(object, "tag_frequencies", card.tag_frequencies);
    take(object, "tag_examples", card.tag_examples);
    take(object, "dials", card.dials);
    take(object, "tag_on", card.tag_on);
    take(object, "tag_off", card.tag_off);
    take(object, "resolution", card.resolution);
    take(object, "pictures_seen", card.pictures_seen);
    for (const auto& metric : object.value("metrics", json::array()))
      card.metrics.push_back(metric_from_json(metric));
    take(object, "licences", card.licences);
    take(object, "extra", card.extra);
  } catch (const json::exception& error) {
    fail(ErrorKind::CorruptInput, "{}: the model card is not one ({})", where, error.what());
  }
  check_card(card, where);
  return card;
}

Card card_of(const Metadata& metadata, const std::filesystem::path& path) {
  const auto found = metadata.find(kKey);
  if (found == metadata.end())
    fail(ErrorKind::Unsupported,
         "model: {} has no model card, expected a file that sakuga wrote; bring foreign weights in with: "
         "sakuga model "
         "import {} --architecture ID -o OUT.safetensors",
         path.string(), path.string());
  json object;
  try {
    object = json::parse(found->second);
  } catch (const json::exception& error) {
    fail(ErrorKind::CorruptInput, "{}: the model card is not JSON ({})", path.string(), error.what());
  }
  return card_from_json(object, path.string());
}

Metadata metadata_of(const Card& card) {
  return {{kKey, to_json(card).dump()}};
}

Card read_card(const std::filesystem::path& path) {
  return card_of(read_safetensors_header(path).metadata, path);
}

}  // namespace sakuga::weights
