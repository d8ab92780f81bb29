// Which frame's drawing each frame of a shot shows. Internal to film.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sakuga::film {

// For each frame from 1 the frame that is drawn for it, on ones, twos or threes.
std::vector<int64_t> cadence_plan(const std::string& on, int64_t frames);

}  // namespace sakuga::film
