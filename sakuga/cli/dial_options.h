// The dials of a model as options in their own units: --yaw -40 --year 1995.
#pragma once

#include <CLI/App.hpp>
#include <optional>
#include <string>
#include <vector>

#include "sakuga/weights/card.h"

namespace sakuga::cli {

// "yaw" for pose_yaw, "year" for era_year, "mouth-opening" for mouth_opening.
std::string dial_flag(const std::string& dial);

class DialOptions {
 public:
  DialOptions();
  void add_to(CLI::App& command);  // The options must outlive the parsing.

  // `tags` (lists between semicolons) with the dials that were given added to each list. Throws
  // Error(BadRequest) for a value out of range, naming the range, and for a dial that the model has not.
  std::string with(const std::string& tags, const weights::Card& card, const std::string& model) const;

 private:
  std::vector<std::optional<double>> values_;  // As rig::dials().
};

}  // namespace sakuga::cli
