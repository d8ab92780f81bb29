// Noise for pictures: normal, new for every seed and stream, and cheap.
//
// Philox 4x32-10 and Box and Muller as core::fill_normal(), but with logarithm, sine and cosine as
// polynomials in single precision and many at once: for grain and sensor noise, whose last digits nobody
// compares.
#pragma once

#include <cstdint>
#include <span>

namespace sakuga::compose {

// Fills `out` with noise of mean 0 and standard deviation 1; nothing is beyond 6.
void fill_noise(std::span<float> out, uint64_t seed, uint64_t stream);

}  // namespace sakuga::compose
