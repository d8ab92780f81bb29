#include "sakuga/core/vector_math.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sakuga::core {
namespace {

TEST(VectorMath, PowersAreNearlyThoseOfTheLibrary) {
  for (const float exponent : {0.1f, 1 / 2.4f, 1.0f, 2.4f, -1.5f})
    for (float x = 1e-6f; x < 1e6f; x *= 1.0137f) {
      const double exact = std::pow(double(x), double(exponent));
      EXPECT_NEAR(power(x, exponent), exact, 4e-6 * exact) << x << "^" << exponent;
    }
  EXPECT_EQ(power(1, 2.4f), 1);
}

TEST(VectorMath, LogarithmsAreExactAtPowersOfTwo) {
  for (int octave = -100; octave <= 100; ++octave) {
    const auto log = log2_of(std::ldexp(1.0f, octave));
    EXPECT_EQ(log.octave, octave);
    EXPECT_EQ(log.fraction, 0);
  }
  const auto log = log2_of(3);
  EXPECT_NEAR(float(log.octave) + log.fraction, std::log2(3.0f), 3e-7);
}

}  // namespace
}  // namespace sakuga::core
