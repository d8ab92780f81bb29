#include "sakuga/compose/main_colours.h"

#include <gtest/gtest.h>

namespace sakuga::compose {
namespace {

// Stripes: a half white, three tenths red, two tenths blue, each a little uneven.
media::Image8 flag(int shift) {
  media::Image8 image(100, 10, 3);
  for (int y = 0; y < 10; ++y)
    for (int x = 0; x < 100; ++x) {
      uint8_t* p = image.at(x, y);
      const auto grain = uint8_t(y % 3);
      p[0] = uint8_t((x < 80 ? 250 : 20) + grain);
      p[1] = uint8_t((x < 50 ? 250 : 20 + shift) + grain);
      p[2] = uint8_t((x < 50 || x >= 80 ? 250 : 20) + grain);
    }
  return image;
}

TEST(MainColours, AreThoseOfTheLargestShares) {
  const std::vector<media::Image8> pictures = {flag(0), flag(0)};
  const auto colours = main_colours(pictures, 3);
  ASSERT_EQ(colours.size(), 3u);
  EXPECT_NEAR(colours[0].share, 0.5, 1e-9);
  EXPECT_NEAR(colours[1].share, 0.3, 1e-9);
  EXPECT_NEAR(colours[1].colour[0], 251, 2);
  EXPECT_NEAR(colours[1].colour[1], 21, 3);
  EXPECT_NEAR(colours[2].colour[2], 251, 2);
}

TEST(MainColours, OfOneColourAreOne) {
  EXPECT_EQ(main_colours(std::vector{media::Image8(4, 4, 3)}, 5).size(), 1u);
  EXPECT_TRUE(main_colours({}, 5).empty());
}

TEST(PaletteDistance, GrowsWithTheColoursApart) {
  const auto palette = [](int shift) { return main_colours(std::vector{flag(shift)}, 3); };
  const auto a = palette(0), near = palette(40), far = palette(120);
  EXPECT_EQ(palette_distance(a, a), 0);
  EXPECT_EQ(palette_distance(a, near), palette_distance(near, a));
  EXPECT_GT(palette_distance(a, near), 0.5);
  EXPECT_GT(palette_distance(a, far), 2 * palette_distance(a, near));
}

}  // namespace
}  // namespace sakuga::compose
