#include "sakuga/train/key_carrier.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"

namespace sakuga::train {
namespace {

constexpr int kSide = 64;

// A texture that the flow can follow, moved to the right.
media::Image plate(float moved, float light = 1) {
  media::Image image(kSide, kSide);
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const float u = float(x) - moved;
      const float value = light * (0.5f + 0.2f * std::sin(0.5f * u + 0.2f * float(y)) +
                                   0.2f * std::cos(0.4f * float(y) - 0.15f * u));
      image.pixels[size_t(y * kSide + x)] = {value, value, value, 1};
    }
  return image;
}

// A painting of smooth colours that moves with it.
media::Image painting(float moved) {
  auto image = plate(moved);
  for (auto& p : image.pixels) p = {1 - p.r, 0.5f * p.r, 0.3f, 1};
  return image;
}

media::Image flat(float value) {
  media::Image image(kSide, kSide);
  for (auto& p : image.pixels) p = {value, value, value, 1};
  return image;
}

// Largest mean difference of a channel, the border left out.
float difference(const media::Image& a, const media::Image& b) {
  double sum = 0;
  int count = 0;
  for (int y = 8; y < kSide - 8; ++y)
    for (int x = 8; x < kSide - 8; ++x, ++count) {
      const auto &p = a.pixels[size_t(y * kSide + x)], &q = b.pixels[size_t(y * kSide + x)];
      sum += std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b);
    }
  return float(sum / count / 3);
}

media::Image carried(const std::vector<KeyPair>& pairs, const media::Image& frame, float drawn_at_keys,
                     float drawn) {
  const KeyCarrier carrier(pairs, [&](const KeyPair&) { return flat(drawn_at_keys); });
  return corrected(flat(drawn), carrier.carry(frame), 1);
}

TEST(KeyCarrier, AtAKeyFrameThePaintingComesOutWhateverTheNetDraws) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = painting(0)}};
  EXPECT_LT(difference(carried(pairs, plate(0), 0.2f, 0.2f), painting(0)), 0.001f);
  EXPECT_LT(difference(carried(pairs, plate(0), 0.9f, 0.9f), painting(0)), 0.001f);
}

TEST(KeyCarrier, ThePaintingMovesWithThePlate) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = painting(0)}};
  const auto moved = carried(pairs, plate(2.5f), 0.5f, 0.5f);
  EXPECT_LT(difference(moved, painting(2.5f)), 0.02f);
  EXPECT_GT(difference(painting(0), painting(2.5f)), 0.05f);
}

TEST(KeyCarrier, WhatTheNetSeesChangedIsAdded) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = flat(0.5f)}};
  const auto changed = carried(pairs, plate(0), 0.4f, 0.5f);
  EXPECT_GT(changed.pixels[2000].g, 0.55f);
  EXPECT_LT(changed.pixels[2000].g, 0.601f);
}

TEST(KeyCarrier, WhereThePlateIsAnotherTheDrawingIsLeftAlone) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = painting(0)}};
  EXPECT_LT(difference(carried(pairs, plate(0, 0.1f), 0.2f, 0.2f), flat(0.2f)), 0.002f);
}

TEST(KeyCarrier, OfTwoKeyFramesTheOneThatLooksAlikeCounts) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0, 0.8f), .guide = {}, .painting = flat(0.9f)},
                                      {.plate = plate(0), .guide = {}, .painting = painting(0)}};
  EXPECT_LT(difference(carried(pairs, plate(0), 0.5f, 0.5f), painting(0)), 0.002f);
}

TEST(KeyCarrier, NothingIsCarriedFromWhereThePaintingIsTransparent) {
  auto hole = painting(0);
  for (auto& p : hole.pixels) p.a = 0;
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = hole}};
  EXPECT_LT(difference(carried(pairs, plate(0), 0.2f, 0.2f), flat(0.2f)), 1e-6f);
}

TEST(KeyCarrier, HalfTheStrengthIsHalfWay) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = flat(0.8f)}};
  const KeyCarrier carrier(pairs, [](const KeyPair&) { return flat(0.2f); });
  EXPECT_NEAR(corrected(flat(0.2f), carrier.carry(plate(0)), 0.5).pixels[2000].r, 0.5f, 0.001f);
}

TEST(KeyCarrier, RefusesAPlateOfAnotherSize) {
  const std::vector<KeyPair> pairs = {{.plate = plate(0), .guide = {}, .painting = painting(0)}};
  const KeyCarrier carrier(pairs, [](const KeyPair&) { return flat(0); });
  EXPECT_THROW(carrier.carry(media::Image(32, 32)), core::Error);
}

}  // namespace
}  // namespace sakuga::train
