#include "sakuga/compose/matte_core.h"

#include <gtest/gtest.h>

namespace sakuga::compose {
namespace {

// A figure of alpha 1 in the middle of a screen, in blocks of one pixel.
PooledMatte figure(int size, int margin) {
  PooledMatte matte(size, size, 1);
  for (int y = margin; y < size - margin; ++y)
    for (int x = margin; x < size - margin; ++x) matte.mean[size_t(y) * size + x] = 1;
  matte.least = matte.most = matte.mean;
  return matte;
}

TEST(MatteCore, FillsDeepInsideAndNotAtTheEdge) {
  const auto masks = core_masks(figure(40, 8), {.depth_px = 3});
  EXPECT_EQ(masks.core.at(20, 20), 1);
  EXPECT_EQ(masks.core.at(8, 20), 0);
  EXPECT_EQ(masks.core.at(2, 2), 0);
}

TEST(MatteCore, FillsAPitButNotAHole) {
  auto matte = figure(40, 8);
  matte.mean[11 * 40 + 20] = 0.3f;   // A flaw near the edge.
  matte.mean[20 * 40 + 11] = 0.02f;  // The screen is seen through.
  const auto masks = core_masks(matte, {.depth_px = 5});
  EXPECT_EQ(masks.core.at(20, 11), 1);
  EXPECT_EQ(masks.core.at(11, 20), 0);
}

TEST(MatteCore, ClearsSpecksOnly) {
  auto matte = figure(40, 12);
  matte.mean[3 * 40 + 3] = 0.9f;
  const auto masks = core_masks(matte, {.despeckle_px = 3});
  EXPECT_EQ(masks.keep.at(3, 3), 0);
  EXPECT_EQ(masks.keep.at(20, 20), 1);
  EXPECT_EQ(core_masks(matte, {}).keep.at(3, 3), 1);
}

}  // namespace
}  // namespace sakuga::compose
