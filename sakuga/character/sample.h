// Characters for measuring: many different ones, with the tags that real pictures have.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sakuga/character/artist.h"
#include "sakuga/character/tags.h"

namespace sakuga::character {

// Subject i has the noise seed (seed << 32) + i and the tags of one of `combinations` (scores in the order of
// vocabulary.names(), drawn by Philox (seed, stream 2)). A group of which that combination says nothing, and
// all of them if there are no combinations, is drawn as Unspecified::Random does. Throws Error(BadRequest)
// for a combination of another length.
std::vector<Subject> sample_subjects(const Vocabulary& vocabulary,
                                     std::span<const std::vector<float>> combinations, int64_t count,
                                     uint64_t seed);

}  // namespace sakuga::character
