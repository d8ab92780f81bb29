#include "sakuga/compose/cadence.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

media::Image frame(float bar, uint64_t noise_seed) {
  media::Image image(40, 24);
  core::Rng rng(noise_seed);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 40; ++x) {
      const float value = float(x) < bar ? 0.7f : 0.2f;
      const float noise = float(rng.uniform() - 0.5) * 0.02f;
      image.pixels[size_t(y * 40 + x)] = {value + noise, value - noise, value, 1};
    }
  return image;
}

std::string drawings(Cadence cadence, const std::vector<float>& bars) {
  std::string result;
  uint64_t seed = 0;
  for (const float bar : bars) result += cadence.needs_drawing(frame(bar, seed++)) ? 'd' : '.';
  return result;
}

TEST(Cadence, OnTwosDrawsEverySecondFrame) {
  EXPECT_EQ(drawings(Cadence({.on = "2"}), {1, 2, 3, 4, 5}), "d.d.d");
  EXPECT_EQ(drawings(Cadence({.on = "3"}), {1, 2, 3, 4, 5}), "d..d.");
  EXPECT_EQ(drawings(Cadence(), {1, 1, 1}), "ddd");
}

TEST(Cadence, AutoFindsRepeatedFramesUnderNoise) {
  EXPECT_EQ(drawings(Cadence({.on = "auto"}), {10, 10, 11, 11, 11, 12, 12}), "d.d..d.");
}

TEST(Cadence, AutoDoesNotLetASlowMoveCreepAway) {
  std::vector<float> bars;
  for (int i = 0; i < 40; ++i) bars.push_back(10 + 0.25f * float(i));
  const auto result = drawings(Cadence({.on = "auto"}), bars);
  EXPECT_GE(std::count(result.begin(), result.end(), 'd'), 9);
}

TEST(Cadence, AChangeOfAlphaAloneIsANewDrawing) {
  Cadence cadence({.on = "auto"});
  auto image = frame(10, 1);
  EXPECT_TRUE(cadence.needs_drawing(image));
  EXPECT_FALSE(cadence.needs_drawing(image));
  for (auto& p : image.pixels) p = {p.r, p.g, p.b, 0.5f};
  EXPECT_TRUE(cadence.needs_drawing(image));
}

TEST(Cadence, RefusesAnotherNumber) {
  EXPECT_THROW(Cadence({.on = "4"}), core::Error);
  EXPECT_THROW(Cadence({.tolerance = -1}), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
