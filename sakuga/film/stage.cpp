#include "sakuga/film/stage.h"

#include <set>

namespace sakuga::film {

std::vector<int64_t> Stage::missing(const std::vector<int64_t>& frames) {
  std::vector<int64_t> missing;
  std::set<std::string> seen;
  for (const int64_t frame : frames) {
    const auto name = id(frame);
    if (seen.insert(name).second && !store_.has(name)) missing.push_back(frame);
  }
  return missing;
}

}  // namespace sakuga::film
