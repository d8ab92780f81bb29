// Quantities of a character that datasets and models know as tags: a score of 0 at one end, of 1 at the
// other.
#pragma once

#include <span>

#include "sakuga/rig/design.h"

namespace sakuga::rig {

struct Dial {
  const char* name;  // The tag.
  double low, high;  // What the scores 0 and 1 mean, in its own unit.
  const char* unit;
  double (*of)(const Character&);

  double score(double value) const { return (value - low) / (high - low); }
  double value(double score) const { return low + score * (high - low); }
};

// No two end in the same word, which would make them alternatives (train/tag_groups.h).
std::span<const Dial> dials();

// The score of a character, within 0..1.
double score_of(const Dial& dial, const Character& character);

}  // namespace sakuga::rig
