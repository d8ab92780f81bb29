// A cast: several characters in one style.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sakuga/rig/artist.h"

namespace sakuga::rig {

// What a cast may share with its first character.
const std::vector<std::string>& cast_locks();  // "palette", "line", "era".

// `character` in the style of `first`: "palette" gives it the other's hues and lightness of clothes and
// trims, shades of hair and eyes within their names, strength of colours and light; "line" its weight of
// lines; "era" its year's eyes, chin, tones, shine and catchlights. Who it is stays: names of colours, head,
// hair, clothes. Throws Error(BadRequest) for an unknown lock, naming the nearest.
Character in_style_of(const Character& first, Character character, const std::vector<std::string>& locks);

// Every member three-quarter to the waist, below it close and smiling; up to six in a row, the palettes at
// the foot. `size` pixels for each picture. RGB. Throws Error(BadRequest) for no members.
media::Image8 cast_page(std::span<const Character> members, int64_t size);

}  // namespace sakuga::rig
