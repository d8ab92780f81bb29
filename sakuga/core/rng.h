// Counter-based random numbers: Philox 4x32-10 (Salmon et al., "Parallel random numbers: as easy as
// 1, 2, 3", SC 2011). A number depends only on (seed, stream, index), so any thread, batch size or
// browser produces the same noise.
#pragma once

#include <array>
#include <cstdint>
#include <span>

namespace sakuga::core {

// One Philox 4x32-10 block: ten rounds over `counter` with `key`. Known answers: Random123 kat_vectors.
std::array<uint32_t, 4> philox4x32(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

// Draws numbered values from (seed, stream). Block b has counter {lo(b), hi(b), lo(stream), hi(stream)}
// and key {lo(seed), hi(seed)}. Copyable; index() can be saved and restored.
class Rng {
 public:
  explicit Rng(uint64_t seed, uint64_t stream = 0, uint64_t index = 0)
      : seed_(seed), stream_(stream), index_(index) {}

  uint32_t next_u32();             // The word `index` of the sequence; advances by one.
  double uniform();                // In [0, 1): two words, 53 bits.
  uint64_t below(uint64_t bound);  // In [0, bound), unbiased; bound > 0.
  uint64_t index() const { return index_; }

 private:
  uint64_t seed_, stream_, index_;
};

// Fills `out` with N(0, 1): Box-Muller in double on consecutive pairs of words
// u1 = (w0 + 1) / 2^32 in (0, 1], u2 = w1 / 2^32; r = sqrt(-2 ln u1); r cos(2 pi u2), r sin(2 pi u2);
// rounded to float. Value i depends only on (seed, stream, i).
void fill_normal(std::span<float> out, uint64_t seed, uint64_t stream = 0);

}  // namespace sakuga::core
