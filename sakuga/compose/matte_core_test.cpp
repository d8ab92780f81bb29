#include "sakuga/compose/matte_core.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <tuple>

namespace sakuga::compose {
namespace {

const media::Rgba kScreen = {0.01f, 0.06f, 0.015f, 1};

// A figure of alpha 1 in the middle of a screen, in blocks of one pixel; all in the screen's
// colour.
PooledMatte figure(int size, int margin) {
  PooledMatte matte(size, size, 1);
  for (int y = margin; y < size - margin; ++y)
    for (int x = margin; x < size - margin; ++x) matte.mean[size_t(y) * size + x] = 1;
  std::fill(matte.r.begin(), matte.r.end(), kScreen.r);
  std::fill(matte.g.begin(), matte.g.end(), kScreen.g);
  std::fill(matte.b.begin(), matte.b.end(), kScreen.b);
  matte.least = matte.most = matte.mean;
  std::tie(matte.screen_r, matte.screen_g, matte.screen_b) = std::tie(matte.r, matte.g, matte.b);
  return matte;
}

// The figure in a colour; the screen's share was found to be all everywhere.
PooledMatte painted(float r, float g, float b) {
  auto matte = figure(40, 8);
  for (size_t i = 0; i < matte.mean.size(); ++i) {
    if (matte.mean[i] == 0) continue;
    matte.r[i] = r;
    matte.g[i] = g;
    matte.b[i] = b;
  }
  matte.least = matte.mean = matte.most = std::vector<float>(matte.mean.size());
  return matte;
}

TEST(MatteCore, AnEvenSurfaceOfLessSaturationThanTheScreenIsFigure) {
  const auto masks = core_masks(painted(0.5f, 0.6f, 0.5f), {.depth_px = 3});
  EXPECT_EQ(masks.core.at(20, 20), 1);
  EXPECT_EQ(masks.core.at(15, 20), 1);
  EXPECT_EQ(masks.core.at(4, 20), 0);
}

TEST(MatteCore, AnEvenSurfaceOfTheScreensSaturationIsScreen) {
  const auto masks = core_masks(painted(0.015f, 0.09f, 0.0225f), {.depth_px = 3});
  EXPECT_EQ(masks.core.at(20, 20), 0);
}

TEST(MatteCore, NothingIsFilledWithoutDepth) {
  EXPECT_EQ(core_masks(painted(0.5f, 0.6f, 0.5f), {}).core.at(20, 20), 0);
}

TEST(MatteCore, FillsDeepInsideAndNotAtTheEdge) {
  const auto masks = core_masks(figure(40, 8), {.depth_px = 3});
  EXPECT_EQ(masks.core.at(20, 20), 1);
  EXPECT_EQ(masks.core.at(8, 20), 0);
  EXPECT_EQ(masks.core.at(2, 2), 0);
}

TEST(MatteCore, FillsAPitButNotAHole) {
  auto matte = figure(40, 8);
  const size_t flaw = 11 * 40 + 20;
  matte.mean[flaw] = 0.3f;
  matte.r[flaw] = matte.g[flaw] = matte.b[flaw] = 0.2f;
  matte.mean[20 * 40 + 11] = 0.02f;  // The screen is seen through.
  const auto masks = core_masks(matte, {.depth_px = 5});
  EXPECT_EQ(masks.core.at(20, 11), 1);
  EXPECT_EQ(masks.core.at(11, 20), 0);
}

TEST(MatteCore, WhatIsFarDarkerThanTheScreenIsNoHole) {
  auto matte = figure(40, 8);
  const size_t eye = 11 * 40 + 20;
  matte.mean[eye] = 0.02f;
  matte.r[eye] = 0.1f * kScreen.r;
  matte.g[eye] = 0.1f * kScreen.g;
  matte.b[eye] = 0.1f * kScreen.b;
  EXPECT_EQ(core_masks(matte, {.depth_px = 5}).core.at(20, 11), 1);
}

TEST(MatteCore, AGapBetweenStrandsOfTheScreensColourStaysOpen) {
  auto matte = figure(40, 4);
  matte.mean[20 * 40 + 8] = matte.mean[20 * 40 + 20] = 0.3f;
  const auto masks = core_masks(matte, {.depth_px = 5});
  EXPECT_EQ(masks.core.at(8, 20), 0);
  EXPECT_EQ(masks.core.at(20, 20), 1);  // Deep in the figure it is a flaw.
}

TEST(MatteCore, RaisesPitsOfAlphaToTheirRim) {
  auto alpha = figure(20, 5).mean;
  alpha[10 * 20 + 10] = 0.7f;
  alpha[10 * 20 + 7] = 0.1f;
  GridField core(20, 20, 1);
  raise_pits(alpha, core);
  EXPECT_EQ(core.at(10, 10), 1);
  EXPECT_EQ(core.at(7, 10), 0);
  EXPECT_EQ(core.at(12, 12), 0);
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
