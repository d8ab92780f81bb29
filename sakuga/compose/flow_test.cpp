#include "sakuga/compose/flow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

using media::Image;

// Smooth blobs that move by (dx, dy): at (x, y) what was at (x - dx, y - dy).
Image blobs(int width, int height, float dx, float dy) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float u = float(x) - dx, v = float(y) - dy;
      const float grey = 0.5f + 0.2f * std::sin(0.31f * u + 0.4f * std::sin(0.11f * v)) +
                         0.2f * std::cos(0.27f * v + 0.05f * u);
      image.pixels[size_t(y) * width + x] = {grey, grey * 0.8f, 1 - grey, 1};
    }
  return image;
}

float worst_inside(const Image& a, const Image& b, int border) {
  float worst = 0;
  for (int y = border; y < a.height - border; ++y)
    for (int x = border; x < a.width - border; ++x) {
      const auto &p = a.pixels[size_t(y) * a.width + x], &q = b.pixels[size_t(y) * a.width + x];
      worst = std::max({worst, std::abs(p.r - q.r), std::abs(p.g - q.g), std::abs(p.b - q.b)});
    }
  return worst;
}

TEST(Flow, FindsAPanBothWays) {
  const auto both = two_way_flow(blobs(96, 80, 0, 0), blobs(96, 80, 3, -2));
  const auto& middle = both.forward.vectors[40 * 96 + 48];
  EXPECT_NEAR(middle.x, 3, 0.3);
  EXPECT_NEAR(middle.y, -2, 0.3);
  const auto& back = both.backward.vectors[40 * 96 + 48];
  EXPECT_NEAR(back.x, -3, 0.3);
  EXPECT_NEAR(back.y, 2, 0.3);
}

TEST(Flow, IsTheSameAloneAndInAPair) {
  const auto a = blobs(96, 80, 0, 0), b = blobs(96, 80, 3, -2);
  EXPECT_EQ(optical_flow(a, b).vectors, two_way_flow(a, b).forward.vectors);
}

TEST(Flow, DoesNotDependOnTheTransfer) {
  const auto a = blobs(64, 64, 0, 0), b = blobs(64, 64, 2, 1);
  const auto srgb = optical_flow(a, b);
  const auto linear =
      optical_flow(converted(a, media::Transfer::Linear), converted(b, media::Transfer::Linear));
  EXPECT_NEAR(srgb.vectors[32 * 64 + 32].x, linear.vectors[32 * 64 + 32].x, 0.25);
}

TEST(Flow, RefusesOtherSizesEmptyFramesAndUnknownPresets) {
  EXPECT_THROW(optical_flow(Image(32, 32), Image(33, 32)), core::Error);
  EXPECT_THROW(two_way_flow(Image(), Image()), core::Error);
  EXPECT_THROW(optical_flow(Image(32, 32), Image(32, 32), {.preset = "best"}), core::Error);
  EXPECT_THROW(optical_flow(Image(32, 32), Image(32, 32), {.scale = 2}), core::Error);
}

TEST(Flow, TakesTheSmallestFrames) {
  EXPECT_EQ(optical_flow(blobs(5, 1, 0, 0), blobs(5, 1, 0, 0)).vectors.size(), 5u);
}

TEST(Warp, BringsTheNextFrameBack) {
  const auto a = blobs(96, 80, 0, 0), b = blobs(96, 80, 3, -2);
  EXPECT_LT(worst_inside(warp(b, optical_flow(a, b)), a, 8), 0.04f);
}

TEST(Warp, ByWholePixelsCopies) {
  const auto a = blobs(20, 20, 0, 0);
  Flow flow(20, 20);
  for (auto& v : flow.vectors) v = {2, 1};
  for (const auto sampling : {Sampling::Bilinear, Sampling::Bicubic})
    EXPECT_EQ(warp(a, flow, sampling).pixels[5 * 20 + 6], a.pixels[6 * 20 + 8]);
}

TEST(Warp, BicubicKeepsMoreThanBilinear) {
  const auto a = blobs(64, 64, 0, 0), truth = blobs(64, 64, -0.5f, -0.5f);
  Flow half(64, 64);
  for (auto& v : half.vectors) v = {0.5f, 0.5f};
  EXPECT_LT(4 * worst_inside(warp(a, half, Sampling::Bicubic), truth, 4),
            worst_inside(warp(a, half, Sampling::Bilinear), truth, 4));
}

TEST(Warp, RepeatsTheBorderAndRefusesOtherSizes) {
  const auto a = blobs(16, 16, 0, 0);
  Flow far(16, 16);
  for (auto& v : far.vectors) v = {-100, -100};
  EXPECT_EQ(warp(a, far).pixels.back(), a.pixels.front());
  EXPECT_THROW(warp(a, Flow(15, 16)), core::Error);
}

TEST(Visibility, IsFullWhereBothFlowsAgreeAndNoneWhereTheyDoNot) {
  Flow forward(16, 16), backward(16, 16);
  for (auto& v : forward.vectors) v = {2, 0};
  for (auto& v : backward.vectors) v = {-2, 0};
  backward.vectors[8 * 16 + 10] = {3, 0};
  const auto seen = visibility(forward, backward);
  EXPECT_EQ(*seen.at(4, 4), 255);
  EXPECT_EQ(*seen.at(8, 8), 0);   // Comes back five pixels off.
  EXPECT_EQ(*seen.at(15, 4), 0);  // Leaves the frame.
  EXPECT_THROW(visibility(forward, Flow(15, 16)), core::Error);
}

TEST(ChainedFlow, AddsVectorsAlongTheWay) {
  Flow first(16, 16), second(16, 16);
  for (auto& v : first.vectors) v = {2, 0};
  second.vectors[3 * 16 + 7] = {1, -1};
  EXPECT_EQ(chained(first, second).vectors[3 * 16 + 5], (Vector{3, -1}));
  EXPECT_THROW(chained(first, Flow(16, 15)), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
