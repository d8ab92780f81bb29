#include "sakuga/compose/fidelity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using media::Image;

Image stripes(float contrast) {
  Image image(32, 24);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const float grey = 0.5f + (i % 32 / 4 % 2 ? contrast : -contrast);
    image.pixels[i] = {grey, grey, grey, 1};
  }
  return image;
}

TEST(Fidelity, OfAPictureToItselfIsPerfect) {
  const auto image = stripes(0.3f);
  EXPECT_EQ(mean_square_error(image, image), 0);
  EXPECT_EQ(psnr_of(0), 100);
  EXPECT_NEAR(ssim(image, image), 1, 1e-6);
  EXPECT_NEAR(edge_sharpness(image, image), 1, 1e-6);
}

TEST(Fidelity, ATenthOffIsTwentyDecibels) {
  EXPECT_NEAR(psnr_of(mean_square_error(stripes(0.3f), stripes(0.4f))), 20, 1e-3);
}

TEST(Fidelity, HalfTheContrastIsHalfAsSharpAndLessAlike) {
  EXPECT_NEAR(edge_sharpness(stripes(0.2f), stripes(0.4f)), 0.5, 1e-4);
  EXPECT_LT(ssim(stripes(0.2f), stripes(0.4f)), 0.95);
}

// Blobs at places that depend on the seed, of this contrast on middle grey.
Image blobs(unsigned seed, float contrast) {
  Image image(96, 64);
  for (int y = 0; y < image.height; ++y)
    for (int x = 0; x < image.width; ++x) {
      float value = 0;
      for (unsigned i = 0, state = seed; i < 12; ++i) {
        state = state * 1664525 + 1013904223;
        const float dx = float(x) - float(state >> 8 & 127) * 0.75f, dy = float(y) - float(state >> 20 & 63);
        value += std::exp(-(dx * dx + dy * dy) / 18) * (i % 2 ? 1.f : -1.f);
      }
      const float grey = 0.5f + contrast * value;
      image.pixels[size_t(y) * image.width + x] = {grey, grey, grey, 1};
    }
  return image;
}

TEST(StructureKept, DoesNotSeeContrastLightOrColour) {
  const auto photo = blobs(1, 0.2f);
  auto tinted = photo;
  for (auto& p : tinted.pixels) p = {0.9f * p.r, 0.4f * p.g + 0.3f, 0.2f, 1};
  EXPECT_NEAR(structure_kept(photo, photo), 1, 1e-5);
  EXPECT_NEAR(structure_kept(blobs(1, 0.1f), photo), 1, 1e-4);
  EXPECT_NEAR(structure_kept(blobs(1, -0.2f), photo), 1, 1e-4) << "a negative has the same edges";
  EXPECT_NEAR(structure_kept(tinted, photo), 1, 1e-4);
}

TEST(StructureKept, FallsWithWhatIsLost) {
  const auto photo = blobs(1, 0.2f);
  auto half = photo;  // The right half painted over.
  for (int y = 0; y < half.height; ++y)
    for (int x = half.width / 2; x < half.width; ++x)
      half.pixels[size_t(y) * half.width + x] = {0.5f, 0.5f, 0.5f, 1};
  const double kept = structure_kept(half, photo), other = structure_kept(blobs(7, 0.2f), photo);
  EXPECT_LT(kept, 0.85);
  EXPECT_GT(kept, 0.4);
  EXPECT_LT(other, 0.3);
  EXPECT_EQ(structure_kept(Image(96, 64), photo), 0) << "a flat painting";
  EXPECT_EQ(structure_kept(Image(96, 64), Image(96, 64)), 1) << "nothing was there to keep";
}

TEST(Fidelity, RefusesOtherSizes) {
  EXPECT_THROW(mean_square_error(Image(2, 2), Image(2, 3)), core::Error);
  EXPECT_THROW(ssim(Image(2, 2), Image(2, 3)), core::Error);
  EXPECT_THROW(edge_sharpness(Image(), Image()), core::Error);
  EXPECT_THROW(structure_kept(Image(8, 8), Image(8, 9)), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
