#include "sakuga/compose/noise_row.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

std::vector<float> noise(size_t count, uint64_t seed, uint64_t stream) {
  std::vector<float> values(count);
  fill_noise(values, seed, stream);
  return values;
}

TEST(NoiseRow, IsNormalAndWhite) {
  const auto values = noise(200'000, 5, 7);
  double sum = 0, squares = 0, fourths = 0, neighbours = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const double v = values[i];
    sum += v;
    squares += v * v;
    fourths += v * v * v * v;
    if (i > 0) neighbours += v * values[i - 1];
  }
  const auto count = double(values.size());
  EXPECT_NEAR(sum / count, 0, 0.01);
  EXPECT_NEAR(squares / count, 1, 0.02);
  EXPECT_NEAR(fourths / count, 3, 0.15);
  EXPECT_NEAR(neighbours / count, 0, 0.01);
  // 0.135 % lie above 3, and so many below.
  EXPECT_NEAR(double(std::count_if(values.begin(), values.end(), [](float v) { return std::abs(v) > 3; })),
              540, 90);
}

TEST(NoiseRow, HasTheValuesOfTheExactNoiseTurnedByHalfACircle) {
  const auto fast = noise(256, 11, 3);
  std::vector<float> exact(256);
  core::fill_normal(exact, 11, 3);
  for (size_t block = 0; block < 64; ++block)
    for (size_t word = 0; word < 4; ++word)
      EXPECT_NEAR(fast[block + 64 * word], -exact[4 * block + word], 0.003) << block;
}

TEST(NoiseRow, DependsOnSeedAndStreamAndNotOnTheLength) {
  const auto values = noise(300, 1, 2);
  EXPECT_NE(values, noise(300, 2, 2));
  EXPECT_NE(values, noise(300, 1, 3));
  const auto shorter = noise(37, 1, 2);
  EXPECT_TRUE(std::equal(shorter.begin(), shorter.end(), values.begin()));
  EXPECT_EQ(values, noise(300, 1, 2));
}

}  // namespace
}  // namespace sakuga::compose
