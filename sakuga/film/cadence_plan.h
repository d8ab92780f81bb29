// Which frame's drawing each frame of a shot shows. Internal to film.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/film/stage.h"

namespace sakuga::film {

// For each frame from 1 the frame that is drawn for it. On ones, twos and threes by counting; "auto" looks at
// every frame of the plate once and remembers what it found in the cache.
std::vector<int64_t> cadence_plan(const std::string& on, Frames& plate, int64_t frames,
                                  const std::filesystem::path& cache);

}  // namespace sakuga::film
