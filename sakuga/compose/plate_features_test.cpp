#include "sakuga/compose/plate_features.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

constexpr int kSide = 64;

// Dark to the left of the middle and light to the right, with grain.
std::vector<float> grainy_step(float grain) {
  std::vector<float> plate(3 * kSide * kSide);
  core::Rng rng(1);
  for (size_t i = 0; i < plate.size(); ++i)
    plate[i] = (int(i % kSide) < kSide / 2 ? -0.5f : 0.5f) + grain * float(2 * rng.uniform() - 1);
  return plate;
}

float value(const std::vector<float>& maps, int map, int x, int y) {
  return maps[size_t((map * kSide + y) * kSide + x)];
}

// Root mean square of what differs from `level` in a patch far from the step.
double roughness(const std::vector<float>& maps, int map) {
  double sum = 0;
  for (int y = 20; y < 44; ++y)
    for (int x = 40; x < 56; ++x) sum += std::pow(value(maps, map, x, y) - 0.5, 2);
  return std::sqrt(sum / (24 * 16));
}

TEST(PlateFeatures, FillsLoseGrainAndKeepEdges) {
  const auto plate = grainy_step(0.05f);
  const auto maps = plate_features(plate.data(), kSide, kSide);
  ASSERT_EQ(maps.size(), size_t(kFeatureMaps * kSide * kSide));
  EXPECT_LT(roughness(maps, 0), roughness(plate, 0) / 2);
  EXPECT_LT(roughness(maps, 3), roughness(maps, 0));
  for (const int fill : {0, 3}) {
    EXPECT_LT(value(maps, fill, kSide / 2 - 1, 32), -0.4f);
    EXPECT_GT(value(maps, fill, kSide / 2, 32), 0.4f);
  }
}

TEST(PlateFeatures, LinesAreAboveZeroWhereItIsDarkerThanAround) {
  std::vector<float> plate(3 * kSide * kSide, 0.5f);
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < kSide; ++y) plate[size_t((c * kSide + y) * kSide + 30)] = -0.5f;
  const auto maps = plate_features(plate.data(), kSide, kSide);
  for (const int line : {6, 7}) {
    EXPECT_GT(value(maps, line, 30, 32), 0.3f);
    EXPECT_LT(value(maps, line, 34, 32), 0);
    EXPECT_NEAR(value(maps, line, 60, 32), 0, 1e-3);
  }
}

TEST(PlateFeatures, DependOnNothingBeyondTheirReach) {
  constexpr int kWide = 4 * kFeatureReach;
  std::vector<float> plate(3 * 16 * kWide, 0.1f);
  const auto before = plate_features(plate.data(), 16, kWide);
  for (int c = 0; c < 3; ++c)
    for (int y = 0; y < 16; ++y)
      for (int x = 0; x < kFeatureReach; ++x) plate[size_t((c * 16 + y) * kWide + x)] = -0.9f;
  const auto after = plate_features(plate.data(), 16, kWide);
  for (int map = 0; map < kFeatureMaps; ++map)
    for (int x = 2 * kFeatureReach; x < kWide; ++x)
      ASSERT_NEAR(after[size_t((map * 16 + 8) * kWide + x)], before[size_t((map * 16 + 8) * kWide + x)],
                  1e-5);
}

TEST(PlateFeatures, RefusesAnEmptyPlate) {
  EXPECT_THROW(plate_features(nullptr, 0, 4), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
