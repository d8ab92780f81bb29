#include "sakuga/cli/metric_rig.h"

#include "sakuga/rig/random.h"
#include "sakuga/rig/sheet.h"
#include "sakuga/train/metrics/feature_protocol.h"

namespace sakuga::cli {
namespace {

constexpr uint64_t kUnseen = 1'000'000'000'000'000;  // The largest seed of a data set.
constexpr int64_t kDrawnSize = 128;                  // As models draw; then reduced like theirs.

}  // namespace

std::vector<rig::Character> unseen_characters(int64_t count, int64_t seed, bool even) {
  std::vector<rig::Character> characters;
  for (int64_t i = 0; i < count; ++i)
    characters.push_back(
        rig::random_character(kUnseen + uint64_t(seed + 1) * 10'000'000 + uint64_t(i), {.even = even}));
  return characters;
}

media::Image8 measured_picture(const rig::Character& character, int size) {
  return metrics::at_size(rig::draw(character, {.size = kDrawnSize, .backdrop = "white"}, rig::kMeanCamera),
                          size);
}

}  // namespace sakuga::cli
