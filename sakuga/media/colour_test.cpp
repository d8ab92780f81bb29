#include "sakuga/media/colour.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace sakuga::media {
namespace {

TEST(Srgb, HasThePublishedMiddleGreyAndGoesThereAndBack) {
  EXPECT_NEAR(srgb_to_linear(0.5f), 0.21404f, 1e-5);
  EXPECT_NEAR(srgb_to_linear(0.04f), 0.04f / 12.92f, 1e-7);
  for (const float value : {-0.5f, 0.0f, 0.003f, 0.04f, 0.5f, 1.0f, 4.0f}) {
    EXPECT_NEAR(linear_to_srgb(srgb_to_linear(value)), value, 1e-5);
  }
}

TEST(Srgb, ManyValuesAreAsSingleOnes) {
  std::vector<float> values = {0, 0.00313f, 0.00314f, 0.0404f, 0.0405f, -0.3f, -0.001f, 1, 1.5f, 60, 3000};
  for (int i = 0; i <= 1000; ++i) values.push_back(float(i) / 1000);
  auto linear = values, encoded = values;
  srgb_to_linear(linear);
  linear_to_srgb(encoded);
  for (size_t i = 0; i < values.size(); ++i) {
    const float v = values[i];
    EXPECT_NEAR(linear[i], srgb_to_linear(v), 3e-6 * std::abs(srgb_to_linear(v))) << v;
    EXPECT_NEAR(encoded[i], linear_to_srgb(v), 3e-6 * std::abs(linear_to_srgb(v))) << v;
  }
  EXPECT_EQ(linear[7], 1);  // White stays white.
  std::vector<float> odd = {std::nanf(""), INFINITY};
  srgb_to_linear(odd);
  EXPECT_TRUE(std::isnan(odd[0]));
  EXPECT_GT(odd[1], 1e30f);
}

TEST(Converted, LeavesAlphaAndPicturesOfThatTransferAlone) {
  Image image(1, 1);
  image.pixels[0] = {.r = 0.5f, .g = 1, .b = 0, .a = 0.5f};
  EXPECT_EQ(converted(image, Transfer::Srgb).pixels, image.pixels);
  const Image linear = converted(image, Transfer::Linear);
  EXPECT_EQ(linear.transfer, Transfer::Linear);
  EXPECT_NEAR(linear.pixels[0].r, 0.21404f, 1e-5);
  EXPECT_EQ(linear.pixels[0].a, 0.5f);
}

TEST(ToImage8, RoundsClampsAndBlackensNan) {
  Image image(2, 1);
  image.pixels[0] = {.r = 2, .g = -1, .b = std::nanf(""), .a = 0.5f};
  image.pixels[1] = {.r = 0.9999f, .g = 1 / 255.0f, .b = 1.4f / 255, .a = 1};
  EXPECT_EQ(to_image8(image).bytes, (std::vector<uint8_t>{255, 0, 0, 128, 255, 1, 1, 255}));
  Image linear(1, 1, Transfer::Linear);
  linear.pixels[0] = {.r = 0.2142f, .g = 0, .b = 1, .a = 0.25f};
  EXPECT_EQ(to_image8(linear).bytes, (std::vector<uint8_t>{128, 0, 255, 64}));
}

TEST(ToImage, SpreadsGreyAndKeepsAlpha) {
  Image8 grey(1, 1, 2);
  grey.bytes = {51, 102};
  EXPECT_EQ(to_image(grey).pixels[0], (Rgba{.r = 0.2f, .g = 0.2f, .b = 0.2f, .a = 0.4f}));
  Image8 rgb(1, 1, 3);
  rgb.bytes = {51, 102, 255};
  EXPECT_EQ(to_image(rgb).pixels[0], (Rgba{.r = 0.2f, .g = 0.4f, .b = 1, .a = 1}));
}

}  // namespace
}  // namespace sakuga::media
