#include "sakuga/rig/sheet.h"

#include <gtest/gtest.h>

#include "sakuga/rig/test_support.h"

namespace sakuga::rig {
namespace {

TEST(Sheet, ShowsSixViewsSixMoodsAndSwatches) {
  const auto page = character_sheet(plain(), 48);
  EXPECT_EQ(page.width, 6 * 48);
  EXPECT_EQ(page.channels, 3);
  // Every cell has ink in its middle.
  for (int row = 0; row < 2; ++row)
    for (int column = 0; column < 6; ++column) EXPECT_LT(page.at(column * 48 + 24, row * 48 + 20)[2], 250);
  EXPECT_NE(page.at(48 / 4 + 9, 2 * 48 + 9)[1], 255);
}

TEST(Sheet, ATurnGoesFromProfileToProfileOrOnceAround) {
  EXPECT_EQ(turned(plain(), 0, 24, false).pose.yaw, -90);
  EXPECT_EQ(turned(plain(), 23, 24, false).pose.yaw, 90);
  EXPECT_EQ(turned(plain(), 12, 24, true).pose.yaw, 180);
  EXPECT_EQ(turned(plain(), 18, 24, true).pose.yaw, -90);
}

TEST(Sheet, ManyCharactersAreDifferent) {
  const auto page = many(1, 4, 32, 2);
  EXPECT_EQ(page.width, 2 * 32 + 3 * 2);
  EXPECT_EQ(page, many(1, 4, 32, 2));
  EXPECT_FALSE(page == many(5, 4, 32, 2));
}

}  // namespace
}  // namespace sakuga::rig
