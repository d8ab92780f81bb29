#include "sakuga/rig/cast.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/rig/palette.h"
#include "sakuga/rig/random.h"

namespace sakuga::rig {
namespace {

bool same(const Colour& a, const Colour& b) {
  return a.r == b.r && a.g == b.g && a.b == b.b;
}

TEST(Cast, LocksShareWhatTheyNameAndNothingElse) {
  const Character first = random_character(1), other = random_character(2);
  ASSERT_FALSE(same(palette_of(first).clothes.base, palette_of(other).clothes.base));
  const Character palette = in_style_of(first, other, {"palette"});
  EXPECT_TRUE(same(palette_of(palette).clothes.base, palette_of(first).clothes.base));
  EXPECT_TRUE(same(palette_of(palette).accent.line, palette_of(first).accent.line));
  EXPECT_EQ(palette.era.year, other.era.year);
  EXPECT_EQ(palette.era.line_weight, other.era.line_weight);
  EXPECT_EQ(tags_of(palette), tags_of(other));
  const Character line = in_style_of(first, other, {"line"});
  EXPECT_EQ(line.era.line_weight, first.era.line_weight);
  EXPECT_EQ(line.era.year, other.era.year);
  EXPECT_EQ(line.design.clothes_hue, other.design.clothes_hue);
  const Character era = in_style_of(first, other, {"era"});
  EXPECT_EQ(era.era.year, first.era.year);
  EXPECT_EQ(era.era.eye_scale, first.era.eye_scale);
  EXPECT_EQ(era.era.line_weight, other.era.line_weight);
  EXPECT_EQ(era.era.saturation, other.era.saturation);
}

TEST(Cast, AnUnknownLockNamesTheNearest) {
  try {
    in_style_of(random_character(1), random_character(2), {"pallete"});
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_NE(std::string(error.what()).find("palette"), std::string::npos) << error.what();
  }
}

TEST(Cast, APageHasTwoPicturesOfEveryMember) {
  std::vector<Character> members;
  for (uint64_t seed = 1; seed <= 7; ++seed) members.push_back(random_character(seed));
  const auto page = cast_page(members, 32);
  EXPECT_EQ(page.width, 6 * 32);
  EXPECT_EQ(page.height, 4 * 32 + 12);
  for (int column = 0; column < 6; ++column) EXPECT_LT(page.at(column * 32 + 16, 14)[2], 253) << column;
  EXPECT_LT(page.at(96, 2 * 32 + 14)[2], 253) << "the seventh stands in the middle";
  EXPECT_EQ(page.at(16, 2 * 32 + 14)[2], 255);
  EXPECT_THROW(cast_page({}, 32), core::Error);
}

}  // namespace
}  // namespace sakuga::rig
