#include "sakuga/film/translate/tiles.h"

#include <gtest/gtest.h>

namespace sakuga::film {
namespace {

using media::Image8;

Image8 gradient(int width, int height) {
  Image8 picture(width, height, 3);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      picture.at(x, y)[0] = uint8_t(x * 255 / width);
      picture.at(x, y)[1] = uint8_t(y * 255 / height);
      picture.at(x, y)[2] = uint8_t((x * 7 + y * 3) % 256);
    }
  return picture;
}

TEST(Tiles, CoverTheWholeLengthAndOverlapEnough) {
  for (const int length : {10, 32, 33, 63, 64, 65, 200, 1001}) {
    const auto places = tile_places(length, 32, 8);
    EXPECT_EQ(places.front(), 0);
    if (length <= 32) {
      EXPECT_EQ(places.size(), 1u);
      continue;
    }
    EXPECT_EQ(places.back(), length - 32);
    for (size_t i = 1; i < places.size(); ++i) EXPECT_LE(places[i] - places[i - 1], 24) << length;
  }
}

TEST(Tiles, ThatChangeNothingLeaveNoSeam) {
  for (const auto& picture : {gradient(101, 67), gradient(60, 33), gradient(32, 32)})
    EXPECT_EQ(draw_in_tiles(picture, 32, 8, [](const Image8& tile) { return tile; }), picture);
}

TEST(Tiles, OfDifferentBrightnessMeltIntoOneAnother) {
  const auto picture = gradient(80, 32);
  int count = 0;
  const auto drawn = draw_in_tiles(picture, 32, 8, [&](const Image8& tile) {
    Image8 plain(tile.width, tile.height, 3);
    std::fill(plain.bytes.begin(), plain.bytes.end(), uint8_t(100 + 20 * count++));
    return plain;
  });
  EXPECT_EQ(count, 3);
  for (int x = 1; x < 80; ++x) EXPECT_LE(std::abs(drawn.at(x, 9)[0] - drawn.at(x - 1, 9)[0]), 3) << x;
  EXPECT_EQ(drawn.at(0, 0)[0], 100);
  EXPECT_EQ(drawn.at(79, 0)[0], 140);
}

TEST(Tiles, SmallPicturesAreMirrored) {
  const auto picture = gradient(5, 40);
  const auto large = at_least(picture, 12);
  ASSERT_EQ(large.width, 12);
  ASSERT_EQ(large.height, 40);
  for (const auto& [x, source] : {std::pair(4, 4), {5, 3}, {8, 0}, {9, 1}})
    EXPECT_EQ(large.at(x, 7)[2], picture.at(source, 7)[2]);
  EXPECT_EQ(part(large, 0, 0, 5, 40), picture);
  EXPECT_EQ(at_least(Image8(1, 1, 3), 4).width, 4);
}

}  // namespace
}  // namespace sakuga::film
