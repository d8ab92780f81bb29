// Random characters and the tags of characters.
#pragma once

#include <string>
#include <vector>

#include "sakuga/rig/design.h"

namespace sakuga::rig {

// The 34 tags of MakeGirlsMoe: "blonde_hair" ... "orange_eyes".
const std::vector<std::string>& rig_tags();

// Those of them that a character shows, in that order.
std::vector<std::string> tags_of(const Character& character);

struct RandomOptions {
  bool even = false;    // Every hair and eye colour, hat and glasses as often as any: for training sets.
  double max_yaw = 90;  // Degrees to either side.
};

// A character from a seed. Hair and eye colours, hats (.0449) and glasses (.0538) have the shares of the
// 31,255 game faces that MakeGirlsMoe learned from; blush, smile (.6), open mouth (.25) and ribbon (.3) those
// of its interface. Lengths of hair: long .40, short .25, bob .15, medium .20; tied: twin tails .16, ponytail
// .14, drills .10, side tail, low tails, buns, braids .04 each. One in seven is a boy. Half of all yaws are
// within 20 degrees, nine in ten within 45. Years are even over 1988 to 2024.
Character random_character(uint64_t seed, const RandomOptions& options = {});

// Changes the character so that tags_of() has all of these. Throws Error(BadRequest) for an unknown tag
// (naming the nearest) and for two that exclude each other.
void apply_tags(Character& character, const std::vector<std::string>& tags);

}  // namespace sakuga::rig
