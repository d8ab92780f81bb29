// Glow, light wrap, rim light and contact shadow.
#include <gtest/gtest.h>

#include "sakuga/compose/contact_shadow.h"
#include "sakuga/compose/glow.h"
#include "sakuga/compose/layer_test_pictures.h"
#include "sakuga/compose/light_wrap.h"
#include "sakuga/compose/rim_light.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

TEST(Glow, SpreadsTheLightOfBrightPartsOnly) {
  auto picture = solid(80, 60, {0.1f, 0.1f, 0.1f, 1});
  for (int y = 25; y < 35; ++y)
    for (int x = 35; x < 45; ++x) at(picture, x, y) = {2, 1, 1, 1};
  const auto lit = glowing(picture, {.strength = 1, .size = 5});
  EXPECT_GT(at(lit, 48, 30).r, 0.2f);
  EXPECT_GT(at(lit, 48, 30).r, at(lit, 48, 30).g);
  EXPECT_NEAR(at(lit, 2, 2).r, 0.1, 0.01);
  EXPECT_EQ(glowing(solid(20, 20, {0.3f, 0.3f, 0.3f, 1}), {.strength = 1}).pixels,
            solid(20, 20, {0.3f, 0.3f, 0.3f, 1}).pixels);
}

TEST(Glow, IsOffByDefault) {
  const auto picture = noisy(9, 9);
  EXPECT_EQ(glowing(picture, {}).pixels, picture.pixels);
}

TEST(LightWrap, LightsTheEdgesOfTheFigureAndNothingElse) {
  const auto figure = square(60, 60, 20, 20, 40, 40, {0.1f, 0.1f, 0.1f, 1});
  const auto wrapped = light_wrapped(figure, solid(60, 60, {1, 0.5f, 0, 1}), {.strength = 0.5, .width = 2});
  EXPECT_GT(at(wrapped, 20, 30).r, 0.3f);
  EXPECT_NEAR(at(wrapped, 30, 30).r, 0.1, 1e-3);
  EXPECT_EQ(at(wrapped, 10, 30), at(figure, 10, 30));
  EXPECT_FLOAT_EQ(at(wrapped, 20, 30).b, 0.1f);
  EXPECT_EQ(light_wrapped(figure, solid(60, 60, {1, 1, 1, 1}), {}).pixels, figure.pixels);
}

TEST(LightWrap, RefusesABackgroundOfAnotherSize) {
  core::expect_error(core::ErrorKind::BadRequest, "one size",
                     [] { light_wrapped(solid(2, 2, {}), solid(3, 2, {}), {}); });
}

TEST(RimLight, LightsTheSideThatFacesTheLamp) {
  const auto figure = square(60, 60, 20, 20, 40, 40, {0, 0, 0, 1});
  const auto lit = rim_lit(figure, {.strength = 1, .colour = "#ffffff", .x = 1000, .y = 30, .width = 4});
  EXPECT_GT(at(lit, 39, 30).r, 0.8f);
  EXPECT_EQ(at(lit, 30, 30).r, 0);
  EXPECT_EQ(at(lit, 20, 30).r, 0);
  EXPECT_EQ(at(lit, 45, 30).a, 0);
  EXPECT_EQ(rim_lit(figure, {}).pixels, figure.pixels);
  core::expect_error(core::ErrorKind::BadRequest, "rim light colour",
                     [&] { rim_lit(figure, {.strength = 1, .colour = "moon"}); });
}

TEST(ContactShadow, FallsTowardsUsDarkestAtTheFeet) {
  const auto figure = square(80, 100, 30, 20, 50, 60);
  const auto shadow = contact_shadow(figure, {.opacity = 1, .ground = 0.6, .length = 0.5, .blur = 4});
  EXPECT_GT(at(shadow, 40, 61).a, 0.6f);
  EXPECT_GT(at(shadow, 40, 61).a, at(shadow, 40, 76).a);
  EXPECT_GT(at(shadow, 40, 70).a, 0.2f);
  EXPECT_LT(at(shadow, 40, 95).a, 0.05f);
  EXPECT_LT(at(shadow, 5, 70).a, 0.01f);
}

TEST(ContactShadow, LeansSidewaysAndFallsAway) {
  const auto figure = square(80, 100, 30, 20, 50, 60);
  const auto lean =
      contact_shadow(figure, {.opacity = 1, .ground = 0.6, .length = 0.5, .lean = 1, .blur = 1});
  EXPECT_GT(at(lean, 60, 75).a, at(lean, 30, 75).a);
  const auto away =
      contact_shadow(figure, {.opacity = 1, .ground = 0.6, .length = -0.5, .blur = 1, .contact = 0});
  EXPECT_GT(at(away, 40, 50).a, 0.2f);
  EXPECT_LT(at(away, 40, 75).a, 0.01f);
}

TEST(ContactShadow, IsNothingByDefault) {
  for (const auto& p : contact_shadow(square(20, 20, 5, 5, 15, 15), {}).pixels) EXPECT_EQ(p.a, 0);
}

}  // namespace
}  // namespace sakuga::compose
