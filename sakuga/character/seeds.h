// Lists of seeds, as people write them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sakuga::character {

inline constexpr int64_t kMaxSeeds = 100'000;

// "0-35,40" is 0 to 35 and 40, in that order; blanks are ignored, a seed may come twice. Throws
// Error(BadRequest), quoting the part that is wrong, for anything else: words, negative numbers, numbers
// from 2^64 on, ranges that run backwards, nothing at all, more than kMaxSeeds seeds.
std::vector<uint64_t> parse_seeds(const std::string& text);

}  // namespace sakuga::character
