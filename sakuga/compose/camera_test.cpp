#include "sakuga/compose/camera.h"

#include <gtest/gtest.h>

#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

TEST(Camera, APanMovesDeepPlanesLess) {
  const CameraPosition right = {.x = 12};
  EXPECT_DOUBLE_EQ(plane_matrix(right, 1, 100, 50).x0, -12);
  EXPECT_DOUBLE_EQ(plane_matrix(right, 4, 100, 50).x0, -3);
  EXPECT_DOUBLE_EQ(plane_matrix(right, 0.5, 100, 50).x0, -24);
}

TEST(Camera, ATruckGrowsNearPlanesFasterAndALensAllAlike) {
  EXPECT_DOUBLE_EQ(plane_matrix({.truck = 0.25}, 0.5, 100, 50).xx, 2);
  EXPECT_DOUBLE_EQ(plane_matrix({.truck = 0.25}, 1, 100, 50).xx, 4.0 / 3);
  EXPECT_DOUBLE_EQ(plane_matrix({.zoom = 1.5}, 0.5, 100, 50).xx, 1.5);
  EXPECT_DOUBLE_EQ(plane_matrix({.zoom = 1.5}, 8, 100, 50).yy, 1.5);
}

TEST(Camera, TheMiddleStaysInTheMiddleWhenZoomingAndRolling) {
  const auto m = plane_matrix({.zoom = 3, .truck = 0.1, .roll = 20}, 2, 100, 50);
  EXPECT_NEAR(m.xx * 50 + m.xy * 25 + m.x0, 50, 1e-9);
  EXPECT_NEAR(m.yx * 50 + m.yy * 25 + m.y0, 25, 1e-9);
}

TEST(Camera, RestsOutsideItsKeysAndMovesBetweenThem) {
  const std::vector<CameraKey> keys = {{.frame = 10, .ease = "linear", .position = {.x = 4}},
                                       {.frame = 20, .position = {.x = 8, .zoom = 4}}};
  EXPECT_DOUBLE_EQ(camera_at(keys, 0).x, 4);
  EXPECT_DOUBLE_EQ(camera_at(keys, 15).x, 6);
  EXPECT_DOUBLE_EQ(camera_at(keys, 15).zoom, 2);
  EXPECT_DOUBLE_EQ(camera_at(keys, 99).x, 8);
  EXPECT_DOUBLE_EQ(camera_at({}, 5).zoom, 1);
}

TEST(Camera, EasingsStartAndEndWhereTheyShould) {
  for (const char* ease : {"linear", "in", "out", "in-out", "hold"}) {
    EXPECT_DOUBLE_EQ(eased(ease, 0), 0) << ease;
    EXPECT_DOUBLE_EQ(eased(ease, 1), 1) << ease;
  }
  EXPECT_LT(eased("in", 0.25), 0.25);
  EXPECT_GT(eased("out", 0.25), 0.25);
  EXPECT_DOUBLE_EQ(eased("in-out", 0.5), 0.5);
  EXPECT_DOUBLE_EQ(eased("hold", 0.99), 0);
}

TEST(Camera, RefusesKeysOutOfOrderAndFlyingThroughALayer) {
  core::expect_error(core::ErrorKind::BadRequest, "order", [] {
    camera_at({{.frame = 5}, {.frame = 5}}, 1);
  });
  core::expect_error(core::ErrorKind::BadRequest, "depth 0.5",
                     [] { plane_matrix({.truck = 0.5}, 0.5, 10, 10); });
}

}  // namespace
}  // namespace sakuga::compose
