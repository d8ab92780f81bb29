// Descriptions of options, written once beside each options struct as
//
//   void visit_fields(Options& options, auto&& visit) {
//     visit("seed", options.seed, Field{.help = "noise seed", .min = 0});
//   }
//
// and read by the command line, recipes, the JSON API, the web form and the manual. A value is a bool,
// int64_t, double, std::string or std::vector<std::string>.
#pragma once

#include <limits>
#include <string>
#include <vector>

namespace sakuga::core {

struct Field {
  std::string help;                                        // One phrase, no full stop; units included.
  double min = -std::numeric_limits<double>::infinity();   // Numbers only: the accepted range.
  double max = std::numeric_limits<double>::infinity();
  std::vector<std::string> choices = {};                   // Strings only: empty accepts anything.
};

// The name in `known` that is nearest to `name` by edit distance; empty if none is close.
std::string nearest_name(const std::string& name, const std::vector<std::string>& known);

}  // namespace sakuga::core
