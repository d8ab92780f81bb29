#include "sakuga/compose/classic_cel.h"

#include <gtest/gtest.h>

#include <set>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using media::Image;
using media::Rgba;

// A light half and a dark half, both with a little ripple.
Image two_halves(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float base = x < width / 2 ? 0.85f : 0.3f;
      const float ripple = 0.01f * float((x * 7 + y * 13) % 5 - 2);
      image.pixels[size_t(y) * size_t(width) + size_t(x)] = {base + ripple, 0.9f * base, 0.7f * base, 1};
    }
  return image;
}

const Rgba& at(const Image& image, int x, int y) {
  return image.pixels[size_t(y) * size_t(image.width) + size_t(x)];
}

TEST(ClassicCel, FlattensARippleInAFill) {
  const auto plate = two_halves(64, 48);
  const auto drawn = classic_cel(plate);
  float lowest = 1, highest = 0;
  for (int x = 4; x < 20; ++x) {
    lowest = std::min(lowest, at(drawn, x, 24).r);
    highest = std::max(highest, at(drawn, x, 24).r);
  }
  EXPECT_LT(highest - lowest, 0.008f);
  EXPECT_GT(lowest, at(drawn, 50, 24).r + 0.3f);
}

TEST(ClassicCel, DrawsADarkLineAlongAnEdgeUnlessToldNot) {
  const auto plate = two_halves(64, 48);
  const auto with = classic_cel(plate), without = classic_cel(plate, {.line = 0});
  float darkest = 1, darkest_without = 1;
  for (int x = 24; x < 40; ++x) {
    darkest = std::min(darkest, at(with, x, 24).r);
    darkest_without = std::min(darkest_without, at(without, x, 24).r);
  }
  EXPECT_LT(darkest, darkest_without - 0.1f);
}

TEST(ClassicCel, KeepsAlphaAndIgnoresColoursUnderIt) {
  auto plate = two_halves(48, 48);
  for (int y = 0; y < 48; ++y)
    for (int x = 0; x < 10; ++x) plate.pixels[size_t(y * 48 + x)] = {0, 1, 0, 0};
  auto other = plate;
  for (auto& p : other.pixels)
    if (p.a == 0) p = {1, 0, 1, 0};
  const auto first = classic_cel(plate), second = classic_cel(other);
  for (int x = 0; x < 48; ++x) EXPECT_EQ(at(first, x, 24).a, at(plate, x, 24).a);
  for (int x = 10; x < 48; ++x) EXPECT_EQ(at(first, x, 24), at(second, x, 24));
}

// Two islands in a wide transparent frame are drawn by themselves; so what one looks like is not a matter of
// the other.
TEST(ClassicCel, AFigureIsDrawnTheSameWhateverStandsFarAway) {
  Image alone(200, 64);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 200; ++x) {
      const bool inside = y > 10 && y < 50 && x > 20 && x < 60;
      alone.pixels[size_t(y) * 200 + size_t(x)] =
          inside ? (x < 40 ? Rgba{0.85f, 0.76f, 0.6f, 1} : Rgba{0.3f, 0.27f, 0.21f, 1}) : Rgba{0, 0.9f, 0, 0};
    }
  auto both = alone;
  for (int y = 20; y < 60; ++y)
    for (int x = 140; x < 180; ++x) both.pixels[size_t(y) * 200 + size_t(x)] = {0.1f, 0.2f, 0.9f, 1};
  const auto first = classic_cel(alone), second = classic_cel(both);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 90; ++x) EXPECT_EQ(at(first, x, y), at(second, x, y));
  EXPECT_GT(at(second, 160, 40).b, at(second, 160, 40).r + 0.3f);
  const auto without = classic_cel(alone, {.line = 0});
  float darker = 0;
  for (int x = 30; x < 50; ++x) darker = std::max(darker, at(without, x, 30).r - at(first, x, 30).r);
  EXPECT_GT(darker, 0.05f);                          // A line between the halves.
  EXPECT_EQ(at(first, 195, 5), at(first, 100, 60));  // Bare.
}

TEST(ClassicCel, ALinearPlateGivesTheSameDrawing) {
  Image linear(1, 1, media::Transfer::Linear), same(1, 1);
  linear.pixels[0] = {0.214041f, 0.214041f, 0.214041f, 1};
  same.pixels[0] = {0.5f, 0.5f, 0.5f, 1};
  const auto drawn = classic_cel(linear);
  EXPECT_NEAR(drawn.pixels[0].r, classic_cel(same).pixels[0].r, 1e-3f);
  EXPECT_EQ(drawn.transfer, media::Transfer::Srgb);
}

TEST(ClassicCel, DrawsPicturesOfOnePixelAndOfOddSizes) {
  EXPECT_EQ(classic_cel(two_halves(1, 1)).pixels.size(), 1u);
  EXPECT_EQ(classic_cel(two_halves(1, 7)).pixels.size(), 7u);
  EXPECT_EQ(classic_cel(two_halves(13, 2)).pixels.size(), 26u);
}

TEST(ClassicCel, RefusesAnEmptyPictureAndOptionsOutOfRange) {
  EXPECT_THROW(classic_cel(Image()), core::Error);
  EXPECT_THROW(classic_cel(two_halves(8, 8), {.tones = 1}), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
