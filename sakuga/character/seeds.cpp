#include "sakuga/character/seeds.h"

#include <charconv>

#include "sakuga/character/split_list.h"
#include "sakuga/core/error.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;
using core::fail;

uint64_t parse_seed(const std::string& text, const std::string& part) {
  uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error == std::errc::result_out_of_range)
    fail(ErrorKind::BadRequest, "seeds: expected numbers below 2^64, got \"{}\"", part);
  if (error != std::errc() || end != text.data() + text.size())
    fail(ErrorKind::BadRequest, "seeds: expected numbers and ranges like 0-35,40, got \"{}\"", part);
  return seed;
}

}  // namespace

std::vector<uint64_t> parse_seeds(const std::string& text) {
  std::vector<uint64_t> seeds;
  for (const auto& part : split_list(text, ',')) {
    const auto dash = part.find('-');
    const uint64_t first = parse_seed(trimmed(part.substr(0, dash)), part);
    const uint64_t last =
        dash == std::string::npos ? first : parse_seed(trimmed(part.substr(dash + 1)), part);
    if (last < first)
      fail(ErrorKind::BadRequest, "seeds: \"{}\" runs backwards; write {}-{}", part, last, first);
    if (last - first >= uint64_t(kMaxSeeds) - seeds.size())
      fail(ErrorKind::BadRequest, "seeds: expected at most {} seeds, got more with \"{}\"", kMaxSeeds, part);
    for (uint64_t seed = first; seed != last; ++seed) seeds.push_back(seed);
    seeds.push_back(last);
  }
  return seeds;
}

}  // namespace sakuga::character
