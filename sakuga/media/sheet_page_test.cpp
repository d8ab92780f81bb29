#include "sakuga/media/sheet_page.h"

#include <gtest/gtest.h>

#include "sakuga/core/test_support.h"

namespace sakuga::media {
namespace {

Image8 filled(int side, uint8_t value) {
  Image8 image(side, side, 3);
  std::fill(image.bytes.begin(), image.bytes.end(), value);
  return image;
}

TEST(SheetPage, CentresShortRowsOverSwatches) {
  const auto page = draw_page({.rows = {{filled(20, 10), filled(20, 20), filled(20, 30)}, {filled(20, 40)}},
                               .swatches = {{{200, 0, 0}, {0, 200, 0}}, {{0, 0, 200}}}});
  EXPECT_EQ(page.width, 60);
  EXPECT_EQ(page.height, 48);
  EXPECT_EQ(page.at(45, 5)[0], 30);
  EXPECT_EQ(page.at(30, 30)[1], 40);
  EXPECT_EQ(page.at(5, 30)[1], 255);
  EXPECT_EQ(page.at(5, 42)[0], 200);
  EXPECT_EQ(page.at(7, 42)[1], 200);
  EXPECT_EQ(page.at(11, 42)[2], 200);  // Squares of 2 pixels; a gap of 2 between the groups.
}

TEST(SheetPage, ManySwatchesStayOnThePage) {
  SheetPage sheet = {.rows = {{filled(40, 0)}}, .swatches = {}};
  for (int i = 0; i < 4; ++i) sheet.swatches.push_back({{200, 0, 0}, {0, uint8_t(50 * i), 200}});
  const auto page = draw_page(sheet);
  int last = 0;
  for (int x = 0; x < page.width; ++x)
    if (page.at(x, 45)[1] == 150) last = x;
  EXPECT_GT(last, 0);
  EXPECT_LT(last, 39);
}

TEST(SheetPage, RefusesPicturesOfUnlikeSizesAndNone) {
  core::expect_error(core::ErrorKind::BadRequest, "expected pictures", [] { draw_page({}); });
  core::expect_error(core::ErrorKind::BadRequest, "pictures of 20x20, got 21x21", [] {
    draw_page({.rows = {{filled(20, 1), filled(21, 1)}}, .swatches = {}});
  });
}

}  // namespace
}  // namespace sakuga::media
