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

TEST(Fidelity, RefusesOtherSizes) {
  EXPECT_THROW(mean_square_error(Image(2, 2), Image(2, 3)), core::Error);
  EXPECT_THROW(ssim(Image(2, 2), Image(2, 3)), core::Error);
  EXPECT_THROW(edge_sharpness(Image(), Image()), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
