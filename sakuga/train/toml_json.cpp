#include "sakuga/train/toml_json.h"

namespace sakuga::train {

nlohmann::json toml_to_json(const toml::node& node) {
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  if (const auto* array = node.as_array()) {
    auto list = nlohmann::json::array();
    for (const auto& item : *array) list.push_back(toml_to_json(item));
    return list;
  }
  return nullptr;
}

}  // namespace sakuga::train
