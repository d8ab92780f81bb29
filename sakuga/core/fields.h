// Descriptions of options, written once beside each options struct as
//
//   void visit_fields(Options& options, auto&& visit) {
//     visit("seed", options.seed, Field{.help = "noise seed", .min = 0});
//   }
//
// and read by the command line, recipes, the JSON API, the web form and the manual. A value is a bool,
// int64_t, double, std::string or std::vector<std::string>. fields_json.h turns them into JSON and back.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

namespace sakuga::core {

struct Field {
  std::string help = {};                                  // One phrase, no full stop; units included.
  double min = -std::numeric_limits<double>::infinity();  // Numbers only: the accepted range.
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};  // Strings only: empty accepts anything.
};

// The name in `known` that is nearest to `name` by edit distance, case and -_ ignored; failing that, the
// shortest that begins with `name`; empty if none is close.
std::string nearest_name(const std::string& name, const std::vector<std::string>& known);

// "; did you mean X?" with the nearest name, or nothing: the end of an error message.
std::string suggestion(const std::string& name, const std::vector<std::string>& known);

// Throw Error(BadRequest) "name: expected a number from 1 to 9, got 12" if the value is not in the
// field's range or choices. NaN is in no range.
void check_field(const std::string& name, bool value, const Field& field);
void check_field(const std::string& name, int64_t value, const Field& field);
void check_field(const std::string& name, double value, const Field& field);
void check_field(const std::string& name, const std::string& value, const Field& field);
void check_field(const std::string& name, const std::vector<std::string>& value, const Field& field);

}  // namespace sakuga::core
