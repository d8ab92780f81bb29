#include "sakuga/compose/noise_row.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "sakuga/core/vector_math.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr int kBlocks = 64;  // Of four words, made together.

using Words = std::array<std::array<uint32_t, kBlocks>, 4>;

// Philox blocks from `first` on, words apart.
SAKUGA_VECTORISE
void philox(uint64_t seed, uint64_t stream, uint64_t first, Words& words) {
  uint32_t *w0 = words[0].data(), *w1 = words[1].data(), *w2 = words[2].data(), *w3 = words[3].data();
  for (int i = 0; i < kBlocks; ++i) {
    w0[i] = uint32_t(first + uint64_t(i));
    w1[i] = uint32_t((first + uint64_t(i)) >> 32);
    w2[i] = uint32_t(stream);
    w3[i] = uint32_t(stream >> 32);
  }
  uint32_t key0 = uint32_t(seed), key1 = uint32_t(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < kBlocks; ++i) {
      const uint64_t product0 = uint64_t{0xD2511F53} * w0[i], product1 = uint64_t{0xCD9E8D57} * w2[i];
      w0[i] = uint32_t(product1 >> 32) ^ w1[i] ^ key0;
      w1[i] = uint32_t(product1);
      w2[i] = uint32_t(product0 >> 32) ^ w3[i] ^ key1;
      w3[i] = uint32_t(product0);
    }
    key0 += 0x9E3779B9;
    key1 += 0xBB67AE85;
  }
}

// sin(2 pi x) for x from -1/4 to 1/4.
__attribute__((always_inline)) inline float sine(float x) {
  const float t = 6.283185307f * x, t2 = t * t;
  return t * (1 + t2 * (-1 / 6.0f +
                        t2 * (1 / 120.0f + t2 * (-1 / 5040.0f + t2 * (1 / 362880.0f - t2 / 39916800.0f)))));
}

// Box and Muller: two words give two normals.
SAKUGA_VECTORISE
void normals(const uint32_t* first, const uint32_t* second, float* cosines, float* sines) {
  for (int i = 0; i < kBlocks; ++i) {
    const float u = float(int32_t(first[i] >> 8) + 1) * 0x1p-24f;
    const float turn = float(int32_t(second[i] >> 8)) * 0x1p-24f - 0.5f;  // From -1/2 to 1/2.
    const auto log = core::log2_of(u);
    const float square = -1.386294361f * (float(log.octave) + log.fraction);  // -2 ln u
    const float radius = std::sqrt(square > 0 ? square : 0);
    const float size = turn < 0 ? -turn : turn;
    const float folded = size > 0.25f ? 0.5f - size : size;
    cosines[i] = radius * sine(0.25f - size);
    sines[i] = radius * sine(turn < 0 ? -folded : folded);
  }
}

}  // namespace

void fill_noise(std::span<float> out, uint64_t seed, uint64_t stream) {
  Words words;
  std::array<float, 4 * kBlocks> noise;
  uint64_t block = 0;
  for (size_t at = 0; at < out.size(); at += noise.size(), block += kBlocks) {
    philox(seed, stream, block, words);
    normals(words[0].data(), words[1].data(), noise.data(), noise.data() + kBlocks);
    normals(words[2].data(), words[3].data(), noise.data() + 2 * kBlocks, noise.data() + 3 * kBlocks);
    std::copy_n(noise.begin(), std::min(noise.size(), out.size() - at), out.begin() + std::ptrdiff_t(at));
  }
}

}  // namespace sakuga::compose
