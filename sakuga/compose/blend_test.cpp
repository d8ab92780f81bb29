#include "sakuga/compose/blend.h"

#include <gtest/gtest.h>

#include "sakuga/compose/layer_test_pictures.h"
#include "sakuga/compose/over.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

media::Rgba one(media::Rgba front, media::Rgba back, BlendMode mode, float opacity = 1) {
  return blended(solid(1, 1, front), solid(1, 1, back), mode, opacity).pixels[0];
}

// Values worked out by hand from the W3C text.
TEST(Blend, FollowsTheFormulasOfTheW3c) {
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Multiply, 0.5f, 0.4f), 0.2f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Screen, 0.5f, 0.4f), 0.7f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Overlay, 0.25f, 0.5f), 0.25f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Overlay, 0.75f, 0.5f), 0.75f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::HardLight, 0.5f, 0.75f), 0.75f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::SoftLight, 0.5f, 0.25f), 0.375f);
  EXPECT_NEAR(blend_channel(BlendMode::SoftLight, 0.64f, 1), 0.8f, 1e-6);
  EXPECT_NEAR(blend_channel(BlendMode::SoftLight, 0.25f, 1), 0.5f, 1e-6);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::ColorDodge, 0.25f, 0.5f), 0.5f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::ColorDodge, 0, 1), 0);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::ColorBurn, 0.75f, 0.5f), 0.5f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::ColorBurn, 1, 0), 1);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Difference, 0.25f, 1), 0.75f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Exclusion, 0.5f, 0.5f), 0.5f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Darken, 0.3f, 0.6f), 0.3f);
  EXPECT_FLOAT_EQ(blend_channel(BlendMode::Lighten, 0.3f, 0.6f), 0.6f);
}

TEST(Blend, HalfTransparentLayersMixAsTheGeneralFormulaSays) {
  // as = ab = 0.5, cs = 0.8, cb = 0.4: 0.25 0.8 + 0.25 0.4 + 0.25 (0.8 0.4) = 0.38.
  const auto p = one({0.4f, 0, 0, 0.5f}, {0.2f, 0, 0, 0.5f}, BlendMode::Multiply);
  EXPECT_NEAR(p.r, 0.38f, 1e-6);
  EXPECT_NEAR(p.a, 0.75f, 1e-6);
}

TEST(Blend, NormalIsOver) {
  const auto front = noisy(5, 5);
  auto back = noisy(5, 5);
  std::swap(back.pixels[3], back.pixels[11]);
  EXPECT_EQ(blended(front, back, BlendMode::Normal).pixels, over(front, back).pixels);
}

TEST(Blend, AddKeepsFilmValuesAndAlphaWithinOne) {
  EXPECT_EQ(one({2, 1, 0, 1}, {1, 1, 1, 1}, BlendMode::Add), (media::Rgba{3, 2, 1, 1}));
}

TEST(Blend, ScreenOverABrightSkyNeverDarkensIt) {
  EXPECT_EQ(one({0.5f, 0.5f, 0.5f, 1}, {4, 4, 4, 1}, BlendMode::Screen).r, 4);
}

TEST(Blend, NothingInFrontChangesNothingInAnyMode) {
  for (const auto& name : blend_mode_names())
    EXPECT_EQ(one({0, 0, 0, 0}, {0.3f, 0.2f, 0.1f, 0.5f}, blend_mode_from_name(name)),
              (media::Rgba{0.3f, 0.2f, 0.1f, 0.5f}))
        << name;
}

TEST(Blend, OpacityWeakensTheFront) {
  EXPECT_NEAR(one({1, 1, 1, 1}, {0, 0, 0, 1}, BlendMode::Normal, 0.25f).r, 0.25f, 1e-6);
}

TEST(Blend, RefusesUnknownModesSizesAndOpacities) {
  core::expect_error(core::ErrorKind::BadRequest, "did you mean multiply",
                     [] { blend_mode_from_name("multipy"); });
  core::expect_error(core::ErrorKind::BadRequest, "one size",
                     [] { blended(solid(1, 1, {}), solid(2, 1, {}), BlendMode::Add); });
  core::expect_error(core::ErrorKind::BadRequest, "opacity", [] { one({}, {}, BlendMode::Add, 2); });
  core::expect_error(core::ErrorKind::BadRequest, "linear light",
                     [] { blended(media::Image(1, 1), solid(1, 1, {}), BlendMode::Add); });
}

}  // namespace
}  // namespace sakuga::compose
