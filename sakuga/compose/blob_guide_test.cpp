#include "sakuga/compose/blob_guide.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

media::Image opaque(int width, int height) {
  return media::Image(width, height);
}

media::Image8 trusted(int width, int height, uint8_t trust = 255) {
  media::Image8 image(width, height, 1);
  std::fill(image.bytes.begin(), image.bytes.end(), trust);
  return image;
}

Flow moving(int width, int height, Vector by) {
  Flow flow(width, height);
  std::fill(flow.vectors.begin(), flow.vectors.end(), by);
  return flow;
}

TEST(BlobGuide, BlobsMoveWithThePlate) {
  BlobGuide guide;
  guide.begin(opaque(112, 84));
  const auto before = guide.draw();
  for (int i = 0; i < 4; ++i) guide.advance(moving(112, 84, {2, 0}), trusted(112, 84), opaque(112, 84));
  const auto after = guide.draw();
  ASSERT_EQ(after.width, 56);
  double moved = 0, stayed = 0;  // 8 pixels are 4 of the guide.
  for (int y = 8; y < 34; ++y)
    for (int x = 14; x < 46; ++x) {
      moved += std::abs(after.pixels[size_t(y * 56 + x)].r - before.pixels[size_t(y * 56 + x - 4)].r);
      stayed += std::abs(after.pixels[size_t(y * 56 + x)].r - before.pixels[size_t(y * 56 + x)].r);
    }
  EXPECT_LT(moved, 0.05 * stayed);
}

TEST(BlobGuide, UncoveredPlacesGetNewBlobsAndTheCountStaysBounded) {
  BlobGuide guide;
  guide.begin(opaque(112, 112));
  const auto first = guide.blob_count();
  for (int i = 0; i < 40; ++i) guide.advance(moving(112, 112, {3, 1}), trusted(112, 112), opaque(112, 112));
  EXPECT_GE(guide.blob_count(), first / 2);
  EXPECT_LE(guide.blob_count(), 2 * first);
}

TEST(BlobGuide, KeepsToTheMatte) {
  auto plate = opaque(112, 112);
  for (int y = 0; y < 112; ++y)
    for (int x = 0; x < 56; ++x) plate.pixels[size_t(y * 112 + x)].a = 0;
  BlobGuide whole, half;
  whole.begin(opaque(112, 112));
  half.begin(plate);
  EXPECT_EQ(half.blob_count(), whole.blob_count() / 2);
}

TEST(BlobGuide, ABlobThatCannotBeFollowedIsReplaced) {
  BlobGuide guide;
  guide.begin(opaque(56, 56));
  const auto before = guide.draw();
  guide.advance(moving(56, 56, {0, 0}), trusted(56, 56, 0), opaque(56, 56));
  EXPECT_NE(guide.draw().pixels, before.pixels);
}

TEST(BlobGuide, RefusesOtherSizesAndNoBeginning) {
  BlobGuide guide;
  EXPECT_THROW(guide.advance(moving(8, 8, {}), trusted(8, 8), opaque(8, 8)), core::Error);
  EXPECT_THROW(guide.begin(media::Image()), core::Error);
  guide.begin(opaque(8, 8));
  EXPECT_THROW(guide.advance(moving(8, 9, {}), trusted(8, 8), opaque(8, 8)), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
