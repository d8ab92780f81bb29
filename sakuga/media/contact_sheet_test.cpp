#include "sakuga/media/contact_sheet.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

Image8 solid(int width, int height, std::vector<uint8_t> pixel) {
  Image8 image(width, height, static_cast<int>(pixel.size()));
  for (size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = pixel[i % pixel.size()];
  return image;
}

std::array<uint8_t, 3> pixel_at(const Image8& image, int x, int y) {
  return {image.at(x, y)[0], image.at(x, y)[1], image.at(x, y)[2]};
}

using Pixel = std::array<uint8_t, 3>;

TEST(ContactSheet, PutsPicturesInRowsWithGapsAllAround) {
  const std::vector<Image8> images = {solid(4, 3, {10, 20, 30}), solid(4, 3, {40, 50, 60}),
                                      solid(4, 3, {70, 80, 90})};
  const Image8 sheet = contact_sheet(images, 2, 1, {1, 2, 3});
  EXPECT_EQ(sheet.width, 11);
  EXPECT_EQ(sheet.height, 9);
  EXPECT_EQ(sheet.channels, 3);
  EXPECT_EQ(pixel_at(sheet, 0, 0), (Pixel{1, 2, 3}));
  EXPECT_EQ(pixel_at(sheet, 1, 1), (Pixel{10, 20, 30}));
  EXPECT_EQ(pixel_at(sheet, 9, 3), (Pixel{40, 50, 60}));
  EXPECT_EQ(pixel_at(sheet, 4, 7), (Pixel{70, 80, 90}));
  EXPECT_EQ(pixel_at(sheet, 9, 7), (Pixel{1, 2, 3}));
}

TEST(ContactSheet, CentresSmallPicturesAndIsNoWiderThanNeeded) {
  const std::vector<Image8> images = {solid(5, 5, {9}), solid(1, 1, {200})};
  const Image8 sheet = contact_sheet(images, 8, 0);
  EXPECT_EQ(sheet.width, 10);
  EXPECT_EQ(pixel_at(sheet, 7, 2), (Pixel{200, 200, 200}));
  EXPECT_EQ(pixel_at(sheet, 6, 2), (Pixel{255, 255, 255}));
}

TEST(ContactSheet, RefusesNothingToShow) {
  const std::vector<Image8> none, empty = {Image8()}, one = {solid(1, 1, {1})};
  EXPECT_THROW(contact_sheet(none, 2), core::Error);
  EXPECT_THROW(contact_sheet(empty, 2), core::Error);
  EXPECT_THROW(contact_sheet(one, 0), core::Error);
  EXPECT_THROW(contact_sheet(one, 1, -1), core::Error);
}

TEST(Flatten, BlendsAlphaOverTheBackground) {
  EXPECT_EQ(flatten(solid(1, 1, {255, 0, 0, 51}), {0, 0, 255}).bytes, (std::vector<uint8_t>{51, 0, 204}));
  EXPECT_EQ(flatten(solid(1, 1, {100, 0}), {1, 2, 3}).bytes, (std::vector<uint8_t>{1, 2, 3}));
  EXPECT_EQ(flatten(solid(1, 1, {100}), {1, 2, 3}).bytes, (std::vector<uint8_t>{100, 100, 100}));
}

}  // namespace
}  // namespace sakuga::media
