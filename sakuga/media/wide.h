// For loops over samples: compiled for several kinds of processor, of which the widest that is there runs.
// Internal to media.
#pragma once

#include <cstddef>

#define SAKUGA_WIDE                                           \
  __attribute__((target_clones("avx512f", "avx2", "default"), \
                 optimize("O3", "no-math-errno", "no-trapping-math")))

namespace sakuga::media {

constexpr std::size_t kWorthThreads = 1'500'000;  // Pixels; fewer are done sooner than threads wake up.

}  // namespace sakuga::media
