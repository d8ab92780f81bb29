#include "sakuga/media/tiff.h"

#include <cstdint>

namespace sakuga::media {

bool tiff_states_bits(std::span<const std::byte> tiff) {
  const bool little = tiff[0] == std::byte('I');
  // Beyond the end: all ones, which no check below takes for a number of entries.
  const auto number = [&](uint64_t place, int size) {
    if (place > tiff.size() || tiff.size() - place < size_t(size)) return ~uint64_t{0};
    uint64_t value = 0;
    for (int i = 0; i < size; ++i)
      value = value << 8 | std::to_integer<uint64_t>(tiff[place + (little ? size - 1 - i : i)]);
    return value;
  };
  constexpr uint64_t kBitsPerSample = 258, kMostEntries = 65535;
  const bool big = number(2, 2) == 43;
  const uint64_t directory = big ? number(8, 8) : number(4, 4);
  const uint64_t entries = big ? number(directory, 8) : number(directory, 2);
  if (entries > kMostEntries) return true;
  for (uint64_t i = 0; i < entries; ++i) {
    const uint64_t tag = number(directory + (big ? 8 + 20 * i : 2 + 12 * i), 2);
    if (tag == kBitsPerSample || tag == ~uint64_t{0}) return true;
  }
  return false;
}

}  // namespace sakuga::media
