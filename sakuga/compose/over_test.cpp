#include "sakuga/compose/over.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using media::Image;
using media::Transfer;

Image one(media::Rgba pixel, Transfer transfer = Transfer::Linear) {
  Image image(1, 1, transfer);
  image.pixels[0] = pixel;
  return image;
}

TEST(Over, HalfOfWhiteOverRedIsHalfOfEach) {
  const auto front = premultiplied(one({1, 1, 1, 0.5f}));
  EXPECT_EQ(over(front, one({1, 0, 0, 1})).pixels[0], (media::Rgba{1, 0.5f, 0.5f, 1}));
}

TEST(Over, StraightAlphaSurvivesTheWayThereAndBack) {
  const auto there = premultiplied(one({2, 0.5f, 0, 0.25f}));
  EXPECT_EQ(there.pixels[0], (media::Rgba{0.5f, 0.125f, 0, 0.25f}));
  EXPECT_EQ(unpremultiplied(there).pixels[0], (media::Rgba{2, 0.5f, 0, 0.25f}));
}

TEST(Over, ATransparentPixelKeepsItsColour) {
  EXPECT_EQ(unpremultiplied(one({1, 2, 3, 0})).pixels[0], (media::Rgba{1, 2, 3, 0}));
}

TEST(Over, RefusesOtherSizesAndSrgb) {
  EXPECT_THROW(over(one({}), Image(2, 1, Transfer::Linear)), core::Error);
  EXPECT_THROW(over(one({}, Transfer::Srgb), one({})), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
