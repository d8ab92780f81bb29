// Perceptual hashes: pictures that look alike have hashes that differ in few bits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::data {

// 64 bits: the picture as 32 x 32 grey means (alpha over white), its 8 x 8 lowest DCT coefficients, and for
// each whether it lies above their median. (The DCT hash of phash.org; scale and mild blur do not matter.)
// Bit 0 is the mean of the picture. Throws Error(BadRequest) for an empty picture.
uint64_t perceptual_hash(const media::Image8& image);

// Hashes at most this far apart are called near-duplicates unless said otherwise.
inline constexpr int kNearDistance = 4;

// Groups, each with two or more indices into `hashes`, of which every one is within `max_distance` bits (0
// to 15) of another of its group. Indices ascend, groups are in the order of their first. Pairs are found by
// the multi-index method: two hashes that differ in d bits agree in one of d + 1 parts.
std::vector<std::vector<size_t>> near_duplicates(std::span<const uint64_t> hashes,
                                                 int max_distance = kNearDistance);

}  // namespace sakuga::data
