// Characters of the rig that no training set has, to measure with. Internal to cli/metric*.
#pragma once

#include <vector>

#include "sakuga/rig/artist.h"

namespace sakuga::cli {

// `count` characters of seeds beyond those of data sets (rig/dataset.h); `seed` chooses others.
std::vector<rig::Character> unseen_characters(int64_t count, int64_t seed, bool even);

// A face on white at `size` pixels, framed as data sets are on average.
media::Image8 measured_picture(const rig::Character& character, int size);

}  // namespace sakuga::cli
