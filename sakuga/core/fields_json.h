// Options structs to JSON and back, through their visit_fields (see fields.h).
#pragma once

#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/fields.h"

namespace sakuga::core {

// Puts `json` into `value`. Throws Error(BadRequest) if it has another type or fails check_field(). A
// whole number is accepted where a double is expected, never the reverse.
void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field, bool& value);
void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field, int64_t& value);
void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field, double& value);
void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field,
                     std::string& value);
void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field,
                     std::vector<std::string>& value);

// The JSON Schema of one field: type, default, description, and minimum, maximum or enum if limited.
nlohmann::ordered_json field_schema(const Field& field, bool value);
nlohmann::ordered_json field_schema(const Field& field, int64_t value);
nlohmann::ordered_json field_schema(const Field& field, double value);
nlohmann::ordered_json field_schema(const Field& field, const std::string& value);
nlohmann::ordered_json field_schema(const Field& field, const std::vector<std::string>& value);

// Throws Error(BadRequest) unless `json` is an object whose keys are all in `known`; names the nearest.
void check_keys(const std::string& what, const nlohmann::json& json, const std::vector<std::string>& known);

template <class Options>
std::vector<std::string> field_names(Options options = {}) {
  std::vector<std::string> names;
  visit_fields(options, [&](const std::string& name, auto&, const Field&) { names.push_back(name); });
  return names;
}

// {"name": value, ...} in the order of visit_fields.
template <class Options>
nlohmann::ordered_json fields_to_json(Options options) {
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  visit_fields(options, [&](const std::string& name, auto& value, const Field&) { json[name] = value; });
  return json;
}

// Overwrites those fields of `options` that `json` names. `what` begins the error messages ("recipe").
// Throws Error(BadRequest) for an unknown key, a wrong type or a value out of range.
template <class Options>
void fields_from_json(const std::string& what, const nlohmann::json& json, Options& options) {
  check_keys(what, json, field_names(options));
  visit_fields(options, [&](const std::string& name, auto& value, const Field& field) {
    if (const auto found = json.find(name); found != json.end()) {
      field_from_json(what + ": " + name, *found, field, value);
    }
  });
}

// The JSON Schema (2020-12) of an options struct; defaults are the values in `options`.
template <class Options>
nlohmann::ordered_json json_schema(Options options = {}) {
  nlohmann::ordered_json properties = nlohmann::ordered_json::object();
  visit_fields(options, [&](const std::string& name, auto& value, const Field& field) {
    properties[name] = field_schema(field, value);
  });
  return {{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
}

}  // namespace sakuga::core
