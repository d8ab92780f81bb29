#include <gtest/gtest.h>

#include "sakuga/rig/test_support.h"

namespace sakuga::rig {
namespace {

// Mean differences between neighbouring frames of a turn in steps of one degree.
std::vector<double> steps(uint64_t seed) {
  Character who = random_character(seed);
  who.pose = {};
  std::vector<double> differences;
  media::Image8 before;
  for (int yaw = -90; yaw <= 90; ++yaw) {
    who.pose.yaw = yaw;
    auto frame = draw(who, {.size = 48});
    if (!before.bytes.empty()) differences.push_back(difference(before, frame));
    before = std::move(frame);
  }
  return differences;
}

TEST(Turn, NothingPops) {
  for (const uint64_t seed : {5, 18}) {
    const auto moved = steps(seed);
    EXPECT_LT(*std::ranges::max_element(moved), 9) << seed;
    // What jumps differs from the steps before and after it.
    for (size_t i = 1; i + 1 < moved.size(); ++i)
      EXPECT_LT(moved[i] - std::max(moved[i - 1], moved[i + 1]), 1.6) << seed << " at " << int(i) - 90;
  }
}

TEST(Turn, ProfilesShowOneEyeAndTheBackNone) {
  Character who;
  who.pose.yaw = 90;
  auto layers = draw_layers(who, kSmall);
  EXPECT_EQ(area(layers, Part::EyeL), 0);
  EXPECT_GT(area(layers, Part::EyeR), 10);
  who.pose.yaw = 180;
  layers = draw_layers(who, kSmall);
  EXPECT_EQ(area(layers, Part::EyeL) + area(layers, Part::EyeR) + area(layers, Part::Mouth), 0);
}

TEST(Turn, TheFarEyeIsTheNarrowerOne) {
  Character who;
  who.pose.yaw = 35;
  const auto layers = draw_layers(who, kSmall);
  EXPECT_LT(area(layers, Part::EyeL), 0.85 * area(layers, Part::EyeR));
}

}  // namespace
}  // namespace sakuga::rig
