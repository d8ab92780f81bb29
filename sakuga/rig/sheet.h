// Pages: one character from all sides, a turn, and many characters.
#pragma once

#include <functional>

#include "sakuga/rig/artist.h"

namespace sakuga::rig {

// One character on one page: profile, three-quarter, front, three-quarter and profile in the first row, six
// expressions below, swatches of its colours at the foot. `size` pixels for each picture. RGB.
media::Image8 character_sheet(const Character& character, int64_t size);

// Frame `index` of `count` of a turn from -90 to 90 degrees (or once around, from 0).
Character turned(Character character, int64_t index, int64_t count, bool around);

// Random characters of consecutive seeds on pale backdrops, framed as crops of real pictures are.
media::Image8 many(uint64_t first_seed, int64_t count, int64_t size, int64_t columns);

// The camera of a random crop, from the character's seed.
Camera random_camera(uint64_t seed);

}  // namespace sakuga::rig
