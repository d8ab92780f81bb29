#include "sakuga/compose/transform.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/compose/layer_test_pictures.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

TEST(Transform, AWholePixelMoveCopiesPixels) {
  const auto picture = noisy(9, 7);
  const auto moved = transformed(picture, {.x0 = 2, .y0 = 1}, 9, 7);
  for (int y = 1; y < 7; ++y)
    for (int x = 2; x < 9; ++x) EXPECT_EQ(at(moved, x, y), at(picture, x - 2, y - 1));
  EXPECT_EQ(at(moved, 0, 0).a, 0);
}

TEST(Transform, HalfAPixelThereAndHalfBackKeepsASmoothPictureNearlyTheSame) {
  media::Image wave(64, 8, media::Transfer::Linear);
  for (int y = 0; y < 8; ++y)
    for (int x = 0; x < 64; ++x) at(wave, x, y) = {0.5f + 0.4f * std::sin(0.3f * float(x)), 0, 0, 1};
  const auto there = transformed(wave, {.x0 = 0.5}, 64, 8, Edge::Extended);
  const auto back = transformed(there, {.x0 = -0.5}, 64, 8, Edge::Extended);
  for (int x = 4; x < 60; ++x) EXPECT_NEAR(at(back, x, 4).r, at(wave, x, 4).r, 0.01);
  EXPECT_NEAR(at(there, 20, 4).r, 0.5f + 0.4f * std::sin(0.3f * 19.5f), 0.01);
}

TEST(Transform, AHardEdgeGetsNoHalo) {
  media::Image edge(16, 4, media::Transfer::Linear);
  for (int y = 0; y < 4; ++y)
    for (int x = 8; x < 16; ++x) at(edge, x, y) = {1, 1, 1, 1};
  for (auto& p : edge.pixels)
    if (p.r == 0) p = {0, 0, 0, 0};
  for (const auto& p : transformed(edge, {.x0 = 0.37}, 16, 4).pixels) {
    EXPECT_GE(p.r, 0);
    EXPECT_LE(p.a, 1);
  }
}

TEST(Transform, ShrinkingKeepsTheMeanOfFineStripes) {
  media::Image stripes(256, 16, media::Transfer::Linear);
  for (int y = 0; y < 16; ++y)
    for (int x = 0; x < 256; ++x) at(stripes, x, y) = {float(x % 2), 0, 0, 1};
  const auto small = transformed(stripes, {.xx = 0.21, .yy = 0.21}, 53, 3, Edge::Extended);
  for (int x = 4; x < 48; ++x) EXPECT_NEAR(at(small, x, 1).r, 0.5, 0.02);
}

// An imperceptible turn takes the way on which every pixel gathers its own samples.
TEST(Transform, UprightPicturesAreDrawnAsTurnedOnes) {
  const auto picture = noisy(37, 29);
  for (const auto edge : {Edge::Transparent, Edge::Extended})
    for (const double scale : {0.13, 0.45, 0.9, 1.0, 1.7, 6.0}) {
      Affine matrix = {.xx = -scale, .x0 = 30.3, .yy = 0.8 * scale, .y0 = -2.6};
      const auto upright = transformed(picture, matrix, 40, 31, edge);
      matrix.xy = 1e-9;
      const auto turned = transformed(picture, matrix, 40, 31, edge);
      for (size_t i = 0; i < upright.pixels.size(); ++i) {
        EXPECT_NEAR(upright.pixels[i].r, turned.pixels[i].r, 2e-5) << scale << " " << i;
        EXPECT_NEAR(upright.pixels[i].a, turned.pixels[i].a, 2e-5) << scale << " " << i;
      }
    }
}

TEST(Transform, TurnsClockwiseAboutTheAnchor) {
  const auto matrix = matrix_of({.rotate = 90}, 10, 10);
  EXPECT_NEAR(matrix.xx * 10 + matrix.xy * 5 + matrix.x0, 5, 1e-9);  // The right middle goes to the bottom.
  EXPECT_NEAR(matrix.yx * 10 + matrix.yy * 5 + matrix.y0, 10, 1e-9);
}

TEST(Transform, FlippingTwiceIsTheSamePicture) {
  const auto picture = noisy(8, 6);
  const auto flip = matrix_of({.flip = true}, 8, 6);
  const auto once = transformed(picture, flip, 8, 6);
  EXPECT_EQ(at(once, 0, 0), at(picture, 7, 0));
  EXPECT_EQ(transformed(once, flip, 8, 6).pixels, picture.pixels);
}

TEST(Transform, AnInverseUndoesAMatrix) {
  const auto matrix = matrix_of({.x = 3, .y = -2, .scale = 1.7, .rotate = 31, .flip = true}, 40, 30);
  const auto unity = after(matrix, inverse(matrix));
  EXPECT_NEAR(unity.xx, 1, 1e-12);
  EXPECT_NEAR(unity.xy, 0, 1e-12);
  EXPECT_NEAR(unity.x0, 0, 1e-9);
  EXPECT_NEAR(unity.y0, 0, 1e-9);
}

TEST(Transform, AnExtendedEdgeRepeatsTheBorder) {
  const auto far = transformed(solid(4, 4, {0.5f, 0.25f, 1, 1}), {.x0 = 100.5}, 4, 4, Edge::Extended);
  for (const auto& p : far.pixels) EXPECT_NEAR(p.b, 1, 1e-5);
}

TEST(Transform, RefusesFlatMatricesAndEmptyPictures) {
  core::expect_error(core::ErrorKind::BadRequest, "flattens",
                     [] { transformed(solid(2, 2, {}), {.xx = 0, .yy = 1}, 2, 2); });
  core::expect_error(core::ErrorKind::BadRequest, "with pixels",
                     [] { transformed(media::Image(), {}, 2, 2); });
}

}  // namespace
}  // namespace sakuga::compose
