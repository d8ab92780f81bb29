#include "sakuga/rig/artist.h"

#include <gtest/gtest.h>

#include <limits>

#include "sakuga/core/error.h"
#include "sakuga/rig/test_support.h"

namespace sakuga::rig {
namespace {

TEST(Artist, DrawsTheSameBytesTwice) {
  const Character who = random_character(5);
  EXPECT_EQ(draw(who, kSmall), draw(who, kSmall));
}

TEST(Artist, FillsMostOfAFacePictureAndLeavesTheRestTransparent) {
  const auto image = draw(plain(), kSmall);
  EXPECT_EQ(image.at(48, 50)[3], 255);
  EXPECT_EQ(image.at(1, 1)[3], 0);
}

TEST(Artist, HairAndEyesHaveTheirNamedColours) {
  for (const std::string& colour : hair_colours()) {
    Character who = plain();
    who.design.hair_colour = colour;
    const auto mean = mean_colour(draw_layers(who, kSmall), Part::FrontHair);
    const Colour named = named_hair(colour);
    EXPECT_NEAR(mean[0], named.r * 255, 40) << colour;
    EXPECT_NEAR(mean[1], named.g * 255, 40) << colour;
    EXPECT_NEAR(mean[2], named.b * 255, 48) << colour;
  }
  for (const std::string& colour : eye_colours()) {
    Character who = plain();
    who.design.eye_colour = colour;
    const auto mean = mean_colour(draw_layers(who, kSmall), Part::IrisL);
    const Colour named = named_eye(colour);
    const std::array<double, 3> wanted = {named.r * 255, named.g * 255, named.b * 255};
    // The iris is shaded, so only the order of clearly different channels must hold.
    for (size_t a = 0; a < 3; ++a) {
      const size_t b = (a + 1) % 3;
      if (wanted[a] > wanted[b] + 40) {
        EXPECT_GT(mean[a], mean[b]) << colour;
      }
      if (wanted[b] > wanted[a] + 40) {
        EXPECT_GT(mean[b], mean[a]) << colour;
      }
    }
  }
}

TEST(Artist, EveryTagChangesThePartItNames) {
  const auto base = draw_layers(plain(), kSmall);
  const auto with = [](const char* tag) {
    Character who = plain();
    apply_tags(who, {tag});
    return draw_layers(who, kSmall);
  };
  EXPECT_EQ(area(base, Part::Headwear), 0);
  EXPECT_GT(area(with("hat"), Part::Headwear), 200);
  EXPECT_EQ(area(base, Part::Ribbon), 0);
  EXPECT_GT(area(with("ribbon"), Part::Ribbon), 60);
  EXPECT_EQ(area(base, Part::Eyewear), 0);
  EXPECT_GT(area(with("glasses"), Part::Eyewear), 40);
  for (const char* tag : {"twin_tail", "drill_hair", "ponytail"})
    EXPECT_GT(area(with(tag), Part::Tails), 60) << tag;
  EXPECT_LT(area(with("short_hair"), Part::BackHair), 0.8 * area(with("long_hair"), Part::BackHair));
  EXPECT_GT(area(with("open_mouth"), Part::Mouth), 2 * area(base, Part::Mouth));
  EXPECT_GT(difference(draw(plain(), kSmall), composite(with("smile"), 96, 96)), 0.005);
  EXPECT_GT(area(with("blush"), Part::Face), area(base, Part::Face));
}

TEST(Artist, ShutEyesShowNoIris) {
  Character who = plain();
  who.expression.lid_l = who.expression.lid_r = 0;
  EXPECT_LT(area(draw_layers(who, kSmall), Part::IrisL),
            0.12 * area(draw_layers(plain(), kSmall), Part::IrisL));
}

TEST(Artist, ShadowsFollowTheLight) {
  Character who = plain();
  who.light.from_x = -0.8;
  const auto left = draw(who, kSmall);
  who.light.from_x = 0.8;
  const auto right = draw(who, kSmall);
  // Upper cheek near the outline: dark on the side away from the light.
  int left_sum = 0, right_sum = 0;
  for (int y = 55; y < 66; ++y) {
    for (int x = 18; x < 30; ++x) left_sum += left.at(x, y)[1] - right.at(x, y)[1];
    for (int x = 66; x < 78; ++x) right_sum += left.at(x, y)[1] - right.at(x, y)[1];
  }
  EXPECT_GT(left_sum, 0);
  EXPECT_LT(right_sum, 0);
}

TEST(Artist, AliasedPicturesHaveNoHalfTransparentPixels) {
  const auto image = draw(plain(), {.size = 96, .aliased = true});
  for (size_t i = 3; i < image.bytes.size(); i += 4)
    EXPECT_TRUE(image.bytes[i] == 0 || image.bytes[i] == 255) << int(image.bytes[i]);
}

TEST(Artist, PutsABackdropBehind) {
  const auto image = draw(plain(), {.size = 96, .backdrop = "#102030"});
  EXPECT_EQ(image.channels, 3);
  EXPECT_EQ(image.at(0, 0)[0], 0x10);
  EXPECT_EQ(image.at(0, 0)[2], 0x30);
  EXPECT_THROW(draw(plain(), {.size = 96, .backdrop = "blue"}), core::Error);
  EXPECT_THROW(draw(plain(), {.size = 96, .backdrop = "#10203"}), core::Error);
}

TEST(Artist, RefusesSizesAndValuesOutOfRange) {
  EXPECT_THROW(draw(plain(), {.size = 0}), core::Error);
  EXPECT_THROW(draw(plain(), {.size = 40000}), core::Error);
  Character who = plain();
  who.design.eye_size = 3;
  EXPECT_THROW(draw(who, kSmall), core::Error);
  who.design.eye_size = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(draw(who, kSmall), core::Error);
}

}  // namespace
}  // namespace sakuga::rig
