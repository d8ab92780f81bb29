// A TOML value as JSON: what recipes and shots read their settings from.
#pragma once

#include <toml++/toml.h>

#include <nlohmann/json.hpp>

namespace sakuga::train {

// Strings, booleans, numbers and lists of them. Dates and tables, also inside lists, are no values of any
// key; they become null, which is of no type.
nlohmann::json toml_to_json(const toml::node& node);

}  // namespace sakuga::train
