#include "sakuga/core/rng.h"

#include <cmath>
#include <numbers>

namespace sakuga::core {
namespace {

uint32_t low(uint64_t value) {
  return static_cast<uint32_t>(value);
}
uint32_t high(uint64_t value) {
  return static_cast<uint32_t>(value >> 32);
}

std::array<uint32_t, 4> block(uint64_t seed, uint64_t stream, uint64_t number) {
  return philox4x32({low(number), high(number), low(stream), high(stream)}, {low(seed), high(seed)});
}

}  // namespace

std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key) {
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = uint64_t{0xD2511F53} * counter[0];
    const uint64_t product1 = uint64_t{0xCD9E8D57} * counter[2];
    counter = {high(product1) ^ counter[1] ^ key[0], low(product1), high(product0) ^ counter[3] ^ key[1],
               low(product0)};
    key[0] += 0x9E3779B9;
    key[1] += 0xBB67AE85;
  }
  return counter;
}

uint32_t Rng::next_u32() {
  const uint32_t word = block(seed_, stream_, index_ / 4)[index_ % 4];
  ++index_;
  return word;
}

double Rng::uniform() {
  const uint64_t word = uint64_t{next_u32()} << 32;
  return static_cast<double>((word | next_u32()) >> 11) * 0x1p-53;
}

uint64_t Rng::below(uint64_t bound) {
  // The first 2^64 mod bound values would make small results likelier: draw again.
  const uint64_t unfair = (0 - bound) % bound;
  for (;;) {
    const uint64_t upper = uint64_t{next_u32()} << 32;
    const uint64_t word = upper | next_u32();
    if (word >= unfair) return word % bound;
  }
}

void fill_normal(std::span<float> out, uint64_t seed, uint64_t stream) {
  std::array<uint32_t, 4> words{};
  for (size_t i = 0; i < out.size(); i += 2) {
    if (i % 4 == 0) words = block(seed, stream, i / 4);
    const double u1 = (words[i % 4] + 1.0) * 0x1p-32;
    const double u2 = words[i % 4 + 1] * 0x1p-32;
    const double radius = std::sqrt(-2 * std::log(u1));
    const double angle = 2 * std::numbers::pi * u2;
    out[i] = static_cast<float>(radius * std::cos(angle));
    if (i + 1 < out.size()) out[i + 1] = static_cast<float>(radius * std::sin(angle));
  }
}

}  // namespace sakuga::core
