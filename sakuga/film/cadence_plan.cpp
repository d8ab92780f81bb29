#include "sakuga/film/cadence_plan.h"

namespace sakuga::film {

std::vector<int64_t> cadence_plan(const std::string& on, int64_t frames) {
  const int64_t every = std::stoll(on);
  std::vector<int64_t> plan;
  for (int64_t frame = 1; frame <= frames; ++frame) plan.push_back(frame - (frame - 1) % every);
  return plan;
}

}  // namespace sakuga::film
