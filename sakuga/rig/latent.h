// What a design shows beside its tags, as uniform numbers: the latents of a model that draws characters.
//
// Every field of the design (and of the light, and how far the shoulders turn) becomes numbers that are even
// over (0, 1) and independent over random characters, so that a model trained with them as its noise can draw
// new characters from any noise. A quantity becomes its rank among random characters; a switch the lower or
// upper part of (0, 1); a choice one number for each alternative, of which the largest wins, by the
// Gumbel-max trick (Gumbel, 1954; sampled downwards from the winner as in Maddison et al., "A* sampling",
// 2014). Only the alternatives that the tags leave open take part: twin tails are low or high by these
// numbers, but twin tails by tag.
#pragma once

#include <map>

#include "sakuga/rig/random.h"

namespace sakuga::rig {

// Hair has an irregularity of its own for every seed; a model can learn so many of them.
inline constexpr int64_t kLearntHairSeeds = 8;

struct Latent {
  std::string name;  // "eye_size", "fringe_swept".
  double value;      // In (0, 1).
};

class Latents {
 public:
  explicit Latents(const RandomOptions& options);

  // The latents of a character, in an order that is the same for all. What its fields leave open (which
  // alternative came second) is chosen by `seed`. Its hair_seed should be from 1 to kLearntHairSeeds.
  std::vector<Latent> of(const Character& character, uint64_t seed) const;

 private:
  // Of a quantity its values among random characters, sorted; of a switch the share of those that have it; of
  // a choice the share of each alternative.
  std::map<std::string, std::vector<double>> priors_;
};

}  // namespace sakuga::rig
