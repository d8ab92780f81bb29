#include "sakuga/core/fields.h"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"

namespace sakuga::core {
namespace {

std::string folded(const std::string& name) {
  std::string result = name;
  for (char& letter : result) {
    if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    if (letter == '-' || letter == ' ') letter = '_';
  }
  return result;
}

// Optimal string alignment: insertions, deletions, substitutions, swaps of neighbours.
size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] =
          std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

std::string range_of(const Field& field) {
  if (std::isinf(field.min) && std::isinf(field.max)) return "";
  if (std::isinf(field.max)) return fmt::format(" of at least {}", field.min);
  if (std::isinf(field.min)) return fmt::format(" of at most {}", field.max);
  return fmt::format(" from {} to {}", field.min, field.max);
}

nlohmann::ordered_json schema(const char* type, const Field& field, nlohmann::ordered_json value) {
  nlohmann::ordered_json json = {{"type", type}, {"description", field.help}, {"default", std::move(value)}};
  const bool number = std::strcmp(type, "integer") == 0 || std::strcmp(type, "number") == 0;
  if (number && !std::isinf(field.min)) json["minimum"] = field.min;
  if (number && !std::isinf(field.max)) json["maximum"] = field.max;
  if (!field.choices.empty()) json["enum"] = field.choices;
  return json;
}

[[noreturn]] void wrong_type(const std::string& name, const char* expected, const nlohmann::json& json) {
  // replace: the text may be anything, and dump() throws at bytes that are not UTF-8.
  std::string got = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  if (got.size() > 80) got = got.substr(0, 77) + "...";
  fail(ErrorKind::BadRequest, "{}: expected {}, got {}", name, expected, got);
}

}  // namespace

std::string nearest_name(const std::string& name, const std::vector<std::string>& known) {
  const std::string wanted = folded(name);
  std::string nearest, continued;
  size_t least = 0;
  for (const std::string& candidate : known) {
    const std::string other = folded(candidate);
    const size_t distance = edit_distance(wanted, other);
    const bool close = distance <= std::max<size_t>(1, std::max(wanted.size(), other.size()) / 3);
    if (close && distance < other.size() && (nearest.empty() || distance < least)) {
      nearest = candidate;
      least = distance;
    }
    const bool begins = !wanted.empty() && other.starts_with(wanted);
    if (begins && (continued.empty() || candidate.size() < continued.size())) continued = candidate;
  }
  return nearest.empty() ? continued : nearest;
}

std::string suggestion(const std::string& name, const std::vector<std::string>& known) {
  const std::string nearest = nearest_name(name, known);
  return nearest.empty() ? "" : "; did you mean " + nearest + "?";
}

void check_field(const std::string&, bool, const Field&) {}

void check_field(const std::string& name, int64_t value, const Field& field) {
  const double number = static_cast<double>(value);
  if (number < field.min || number > field.max) {
    fail(ErrorKind::BadRequest, "{}: expected a whole number{}, got {}", name, range_of(field), value);
  }
}

void check_field(const std::string& name, double value, const Field& field) {
  if (!(value >= field.min && value <= field.max)) {
    fail(ErrorKind::BadRequest, "{}: expected a number{}, got {}", name, range_of(field), value);
  }
}

void check_field(const std::string& name, const std::string& value, const Field& field) {
  if (field.choices.empty() || std::count(field.choices.begin(), field.choices.end(), value)) return;
  fail(ErrorKind::BadRequest, "{}: expected one of {}, got {}{}", name, fmt::join(field.choices, ", "), value,
       suggestion(value, field.choices));
}

void check_field(const std::string& name, const std::vector<std::string>& value, const Field& field) {
  for (const std::string& item : value) check_field(name, item, field);
}

void field_from_json(const std::string& name, const nlohmann::json& json, const Field&, bool& value) {
  if (!json.is_boolean()) wrong_type(name, "true or false", json);
  value = json.get<bool>();
}

void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field,
                     int64_t& value) {
  const bool too_big = json.is_number_unsigned() && json.get<uint64_t>() > uint64_t{INT64_MAX};
  if (!json.is_number_integer() || too_big) wrong_type(name, "a whole number", json);
  check_field(name, json.get<int64_t>(), field);
  value = json.get<int64_t>();
}

void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field, double& value) {
  if (!json.is_number()) wrong_type(name, "a number", json);
  check_field(name, json.get<double>(), field);
  value = json.get<double>();
}

void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field,
                     std::string& value) {
  if (!json.is_string()) wrong_type(name, "a text", json);
  check_field(name, json.get<std::string>(), field);
  value = json.get<std::string>();
}

void field_from_json(const std::string& name, const nlohmann::json& json, const Field& field,
                     std::vector<std::string>& value) {
  if (!json.is_array()) wrong_type(name, "a list of texts", json);
  for (const auto& item : json) {
    if (!item.is_string()) wrong_type(name, "a list of texts", json);
  }
  auto items = json.get<std::vector<std::string>>();
  check_field(name, items, field);
  value = std::move(items);
}

nlohmann::ordered_json field_schema(const Field& field, bool value) {
  return schema("boolean", field, value);
}
nlohmann::ordered_json field_schema(const Field& field, int64_t value) {
  return schema("integer", field, value);
}
nlohmann::ordered_json field_schema(const Field& field, double value) {
  return schema("number", field, value);
}

nlohmann::ordered_json field_schema(const Field& field, const std::string& value) {
  return schema("string", field, value);
}

nlohmann::ordered_json field_schema(const Field& field, const std::vector<std::string>& value) {
  nlohmann::ordered_json items = {{"type", "string"}};
  if (!field.choices.empty()) items["enum"] = field.choices;
  nlohmann::ordered_json json = schema("array", Field{.help = field.help}, value);
  json["items"] = std::move(items);
  return json;
}

void check_keys(const std::string& what, const nlohmann::json& json, const std::vector<std::string>& known) {
  if (!json.is_object()) wrong_type(what, "a table of options", json);
  for (const auto& [key, value] : json.items()) {
    if (std::count(known.begin(), known.end(), key)) continue;
    fail(ErrorKind::BadRequest, "{}: unknown option {}{}", what, key, suggestion(key, known));
  }
}

}  // namespace sakuga::core
