#include "sakuga/cli/dial_options.h"

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/rig/dials.h"

namespace sakuga::cli {

std::string dial_flag(const std::string& dial) {
  std::string flag = dial;
  for (const std::string prefix : {"pose_", "era_"})
    if (flag.starts_with(prefix)) flag = flag.substr(prefix.size());
  std::replace(flag.begin(), flag.end(), '_', '-');
  return flag;
}

DialOptions::DialOptions() : values_(rig::dials().size()) {}

void DialOptions::add_to(CLI::App& command) {
  for (size_t i = 0; i < values_.size(); ++i) {
    const auto& dial = rig::dials()[i];
    command
        .add_option("--" + dial_flag(dial.name), values_[i],
                    fmt::format("{}, {:g} to {:g}", dial.unit, dial.low, dial.high))
        ->type_name("NUMBER")
        ->group("Dials, of models that learnt from the rig");
  }
}

std::string DialOptions::with(const std::string& tags, const weights::Card& card,
                              const std::string& model) const {
  std::string asked;
  for (size_t i = 0; i < values_.size(); ++i) {
    if (!values_[i]) continue;
    const auto& dial = rig::dials()[i];
    const std::string flag = "--" + dial_flag(dial.name);
    core::check_field(flag, *values_[i], {.min = dial.low, .max = dial.high});
    if (std::ranges::count(card.dials, dial.name) == 0)
      core::fail(core::ErrorKind::BadRequest, "{}: {} has no dial {}; it has {}", flag, model, dial.name,
                 card.dials.empty() ? "none" : fmt::format("{}", fmt::join(card.dials, ", ")));
    asked += fmt::format("{}{}:{}", asked.empty() ? "" : ", ", dial.name, dial.score(*values_[i]));
  }
  if (asked.empty()) return tags;
  std::string result;
  for (size_t start = 0; start <= tags.size();) {
    const size_t end = std::min(tags.find(';', start), tags.size());
    const std::string list = tags.substr(start, end - start);
    const bool blank = list.find_first_not_of(' ') == std::string::npos;
    result += (start > 0 ? ";" : "") + (blank ? asked : list + ", " + asked);
    start = end + 1;
  }
  return result;
}

}  // namespace sakuga::cli
