// Pages: one character from all sides, a turn, and many characters.
#pragma once

#include <string>
#include <vector>

#include "sakuga/media/sheet_page.h"
#include "sakuga/rig/artist.h"

namespace sakuga::rig {

// A picture of a character sheet: how far the head is turned, and the mood (see expression_of(); empty: the
// character's own).
struct Shot {
  double yaw = 0;
  std::string mood = {};
};

// Profile, three-quarter, front, three-quarter, profile; then six moods, half turned to either side.
const std::vector<Shot>& sheet_turns();
const std::vector<Shot>& sheet_moods();
Character posed(Character character, const Shot& shot);  // Upright, as the shot says.

// One character on one page: its turns and its back in the first row, its moods below, swatches of its
// colours at the foot. `size` pixels for each picture. RGB.
media::Image8 character_sheet(const Character& character, int64_t size);

// The colours that a sheet's foot shows: of skin, hair, eyes, clothes and trims, from light to line.
std::vector<std::vector<media::Swatch>> swatches_of(const Character& character);

// Frame `index` of `count` of a turn from -90 to 90 degrees (or once around, from 0).
Character turned(Character character, int64_t index, int64_t count, bool around);

// Random characters of consecutive seeds on pale backdrops, framed as crops of real pictures are.
media::Image8 many(uint64_t first_seed, int64_t count, int64_t size, int64_t columns);

// The camera of a random crop, from the character's seed.
Camera random_camera(uint64_t seed);

// The mean of random_camera().
inline constexpr Camera kMeanCamera = {.zoom = 1.17, .shift_x = 0, .shift_y = 0.02};

}  // namespace sakuga::rig
