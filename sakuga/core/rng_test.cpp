#include "sakuga/core/rng.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sakuga::core {
namespace {

using Block = std::array<uint32_t, 4>;

// Random123, tests/kat_vectors, philox4x32 with 10 rounds.
TEST(Philox, GivesThePublishedKnownAnswers) {
  const uint32_t ones = 0xffffffff;
  EXPECT_EQ(philox4x32({0, 0, 0, 0}, {0, 0}), (Block{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox4x32({ones, ones, ones, ones}, {ones, ones}),
            (Block{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox4x32({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Block{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(Rng, WalksThroughTheBlocksOfItsSeedAndStream) {
  Rng rng(0x299f31d0a4093822, 0x0370734413198a2e, uint64_t{0x85a308d3} << 34 | uint64_t{0x243f6a88} << 2);
  // The counter's high word lost its two top bits to the shift: compare with the same block.
  const Block expected =
      philox4x32({0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0});
  for (const uint32_t word : expected) EXPECT_EQ(rng.next_u32(), word);
}

TEST(Rng, ContinuesFromASavedIndex) {
  Rng rng(7, 3);
  rng.uniform();
  rng.below(10);
  Rng resumed(7, 3, rng.index());
  EXPECT_EQ(rng.next_u32(), resumed.next_u32());
}

TEST(Rng, DrawsUniformlyInTheHalfOpenUnitInterval) {
  Rng rng(1);
  double sum = 0, least = 1, greatest = 0;
  for (int i = 0; i < 20000; ++i) {
    const double value = rng.uniform();
    sum += value;
    least = std::min(least, value);
    greatest = std::max(greatest, value);
  }
  EXPECT_GE(least, 0);
  EXPECT_LT(greatest, 1);
  EXPECT_NEAR(sum / 20000, 0.5, 0.01);
}

TEST(Rng, DrawsEveryValueBelowABoundEquallyOften) {
  Rng rng(2);
  std::vector<int> counts(7);
  for (int i = 0; i < 70000; ++i) ++counts.at(rng.below(7));
  for (const int count : counts) EXPECT_NEAR(count, 10000, 500);
  EXPECT_EQ(rng.below(1), 0u);
}

TEST(FillNormal, HasTheMomentsOfANormalDistribution) {
  std::vector<float> values(200000);
  fill_normal(values, 42);
  double sum = 0, squares = 0, fourths = 0;
  for (const double value : values) {
    sum += value;
    squares += value * value;
    fourths += value * value * value * value;
  }
  const double n = values.size();
  EXPECT_NEAR(sum / n, 0, 0.01);
  EXPECT_NEAR(squares / n, 1, 0.02);
  EXPECT_NEAR(fourths / n, 3, 0.1);
}

TEST(FillNormal, FollowsItsWrittenFormula) {
  std::vector<float> values(4);
  fill_normal(values, 0);
  const Block words = philox4x32({0, 0, 0, 0}, {0, 0});
  const double radius = std::sqrt(-2 * std::log((words[2] + 1.0) / 4294967296.0));
  const double angle = 2 * M_PI * (words[3] / 4294967296.0);
  EXPECT_FLOAT_EQ(values[2], radius * std::cos(angle));
  EXPECT_FLOAT_EQ(values[3], radius * std::sin(angle));
}

TEST(FillNormal, GivesAValueThatDependsOnlyOnSeedStreamAndPlace) {
  std::vector<float> few(7), many(1001), other(7);
  fill_normal(few, 5, 9);
  fill_normal(many, 5, 9);
  fill_normal(other, 5, 10);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
  EXPECT_NE(few, other);
}

}  // namespace
}  // namespace sakuga::core
