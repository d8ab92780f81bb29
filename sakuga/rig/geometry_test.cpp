#include "sakuga/rig/geometry.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sakuga::rig {
namespace {

TEST(Geometry, KeyedCurvesPassTheirKeysAndStayBetweenThem) {
  const std::array<Vec2, 4> keys = {{{0, 0}, {1, 1}, {2, 1}, {4, 0.5}}};
  for (const Vec2 key : keys) EXPECT_DOUBLE_EQ(keyed(keys, key.x), key.y);
  for (double x = -1; x < 5; x += 0.01) {
    EXPECT_GE(keyed(keys, x), 0);
    EXPECT_LE(keyed(keys, x), 1);
  }
  EXPECT_EQ(keyed(keys, 9), 0.5);
}

TEST(Geometry, YawMovesTheFrontToTheRightAndPitchUp) {
  EXPECT_GT((turn_yaw(0.5) * Vec3{0, 0, 1}).x, 0.4);
  EXPECT_LT((turn_pitch(0.5) * Vec3{0, 0, 1}).y, -0.4);
  EXPECT_GT((turn_roll(0.5) * Vec3{1, 0, 0}).y, 0.4);
}

TEST(Geometry, SampledCurvesBeginAndEndAtTheirEnds) {
  const std::array<Vec2, 3> points = {{{0, 0}, {1, 2}, {3, 0}}};
  const auto samples = sample_curve(points, 9);
  EXPECT_EQ(samples.front().x, 0);
  EXPECT_EQ(samples.back().x, 3);
  EXPECT_NEAR(samples[4].y, 2, 1e-9);
}

TEST(Geometry, APenLineTapersAtBothEnds) {
  const std::array<Vec2, 2> way = {{{0, 0}, {10, 0}}};
  const auto points = sample_curve(way, 11);
  const Box box = bounds({pen(points, 1)});
  EXPECT_NEAR(box.high.y - box.low.y, 1, 0.05);
  EXPECT_NEAR(pen(points, 1)[0].y, 0, 1e-9);
}

TEST(Geometry, ClosedCurvesReturnToTheirStart) {
  const std::array<Vec2, 4> square = {{{0, 0}, {1, 0}, {1, 1}, {0, 1}}};
  for (const Contour& contour : {closed_curve(square), polygon(square), ellipse({0, 0}, 2, 1)}) {
    EXPECT_NEAR(contour.front().x, contour.back().x, 1e-12);
    EXPECT_NEAR(contour.front().y, contour.back().y, 1e-12);
    EXPECT_EQ((contour.size() - 1) % 3, 0u);
  }
}

}  // namespace
}  // namespace sakuga::rig
