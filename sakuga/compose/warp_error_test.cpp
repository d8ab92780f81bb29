#include "sakuga/compose/warp_error.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using media::Image;

constexpr int kWidth = 6, kHeight = 5;

// The flows and frames of tests/golden/warp_error.py.
Flow golden_forward() {
  Flow flow(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      flow.vectors[y * kWidth + x] = {0.5f + 0.02f * float(x), -0.25f + 0.01f * float(y)};
  flow.vectors[2 * kWidth + 3] = {1.5f, 0.25f};
  return flow;
}

Flow golden_backward() {
  Flow flow(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x)
      flow.vectors[y * kWidth + x] = {-0.5f - 0.02f * float(x), 0.25f - 0.01f * float(y)};
  flow.vectors[4 * kWidth + 5] = {1, 1};
  for (int x = 0; x < 3; ++x) flow.vectors[3 * kWidth + x] = {0.3f, 0.2f};
  return flow;
}

Image golden_frame(int t) {
  Image image(kWidth, kHeight);
  for (int y = 0; y < kHeight; ++y)
    for (int x = 0; x < kWidth; ++x) {
      const auto value = [&](int c) { return float((7 * x + 13 * y + 5 * c + 11 * t) % 17) / 17; };
      image.pixels[y * kWidth + x] = {value(0), value(1), value(2), 1};
    }
  return image;
}

std::string text(const media::Image8& mask) {
  std::string result;
  for (const auto byte : mask.bytes) result += byte ? 'x' : '.';
  return result;
}

TEST(WarpError, IsThatOfTheReferenceInPython) {
  const auto plain = occluded_by_lai(golden_forward(), golden_backward());
  EXPECT_EQ(text(plain), ".........x....xx..xx........xx");
  EXPECT_NEAR(warp_error(golden_frame(0), golden_frame(1), {golden_forward(), plain}), 0.0828362, 1e-6);
  const auto squared = occluded_by_lai(golden_forward(), golden_backward(), Magnitude::Squared);
  EXPECT_EQ(text(squared), ".........x....xx............xx");
  EXPECT_NEAR(warp_error(golden_frame(0), golden_frame(1), {golden_forward(), squared}), 0.0817511, 1e-6);
}

TEST(WarpError, WithEverythingOccludedIsNone) {
  media::Image8 all(kWidth, kHeight, 1);
  for (auto& byte : all.bytes) byte = 255;
  EXPECT_EQ(warp_error(golden_frame(0), golden_frame(1), {golden_forward(), all}), 0);
}

TEST(WarpError, RefusesOtherSizes) {
  EXPECT_THROW(warp_error(golden_frame(0), Image(2, 2), {golden_forward(), {}}), core::Error);
  EXPECT_THROW(occluded_by_lai(Flow(4, 4), Flow(4, 5)), core::Error);
  EXPECT_THROW(correspond(Image(4, 4), Image(4, 5)), core::Error);
}

// A picture of blobs, of which no two are alike, that moves right by two pixels a frame.
Image moving(int t, int width = 96, int height = 64) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float u = float(x) - 2 * float(t);
      const float v = float(y);
      const float grey = 0.5f + 0.2f * std::sin(0.3f * u + 2 * std::sin(0.07f * u + 0.11f * v)) +
                         0.2f * std::cos(0.25f * v + 2 * std::sin(0.09f * u - 0.05f * v));
      image.pixels[size_t(y) * width + x] = {grey, grey, grey, 1};
    }
  return image;
}

Image brighter(Image image, float by) {
  for (auto& p : image.pixels) p = {p.r + by, p.g + by, p.b + by, 1};
  return image;
}

TEST(WarpMeter, FollowsTheMotionAndSeesTheFlicker) {
  WarpMeter meter(2);
  for (int t = 0; t < 4; ++t) {
    const auto plate = moving(t, 160, 128), flicker = brighter(plate, t % 2 ? 0.1f : 0);
    meter.add(plate, std::vector<const Image*>{&plate, &flicker});
  }
  EXPECT_EQ(meter.errors(0).pairs, 3);
  EXPECT_LT(meter.errors(0).short_term, 1e-4);
  // The picture rises by up to 0.1 a pixel, and over six pixels DIS errs by about a sixth of one:
  // (0.1 / 6)^2 = 2.8e-4.
  EXPECT_LT(meter.errors(0).long_term, 4e-4);
  EXPECT_NEAR(meter.errors(1).short_term, 0.01, 5e-4);
  EXPECT_NEAR(meter.errors(1).long_term, 0.01 * 2 / 3, 5e-4);
}

TEST(WarpMeter, TakesTrueFlowAndOneFrame) {
  Flow right(96, 64);
  for (auto& v : right.vectors) v = {2, 0};
  media::Image8 occluded(96, 64, 1);
  for (int y = 0; y < 64; ++y) *occluded.at(94, y) = *occluded.at(95, y) = 255;
  WarpMeter meter(1);
  const auto first = moving(0), second = moving(1);
  meter.add(Correspondence{}, std::vector<const Image*>{&first});
  EXPECT_EQ(meter.errors(0).short_term, 0);
  meter.add({right, occluded}, std::vector<const Image*>{&second});
  EXPECT_LT(meter.errors(0).short_term, 1e-10);
  EXPECT_THROW(meter.add({right, occluded}, {}), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
