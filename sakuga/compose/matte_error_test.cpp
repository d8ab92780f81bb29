#include "sakuga/compose/matte_error.h"

#include <gtest/gtest.h>

#include "sakuga/compose/test_plates.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;

MatteError error_of(const Image& keyed, const Image& truth) {
  MatteErrorSum sum(ScreenHue::Green);
  sum.add(keyed, truth);
  return sum.mean();
}

Image ramp(float shift = 0) {
  Image image = flat(40, 40, kSkin);
  for (int y = 0; y < 40; ++y)
    for (int x = 0; x < 40; ++x)
      image.pixels[size_t(y) * 40 + x].a = std::clamp((float(x) + shift - 15) / 10, 0.0f, 1.0f);
  return image;
}

TEST(MatteError, IsNothingForTheTruth) {
  const auto e = error_of(ramp(), ramp());
  EXPECT_EQ(e.mean_absolute + e.mse + e.gradient + e.connectivity + e.foreground + e.spill, 0);
}

TEST(MatteError, CountsWhatItSays) {
  const auto e = error_of(flat(10, 10, {0, 0, 0, 0.75f}), flat(10, 10, {0, 0, 0, 1}));
  EXPECT_NEAR(e.mean_absolute, 0.25, 1e-6);
  EXPECT_NEAR(e.sad, 0.025, 1e-6);
  EXPECT_NEAR(e.mse, 0.0625, 1e-6);
  EXPECT_NEAR(e.gradient, 0, 1e-9);
}

TEST(MatteError, GradientSeesASofterEdge) {
  Image soft = ramp();
  for (auto& p : soft.pixels) p.a = 0.25f + p.a / 2;
  // Half the slope: 0.05 a pixel less in about 10 columns of 40 rows.
  EXPECT_NEAR(error_of(soft, ramp()).gradient, 0.05 * 0.05 * 400 / 1000, 3e-4);
}

TEST(MatteError, ConnectivitySeesWhatIsTornOff) {
  Image torn = flat(40, 40, {0, 0, 0, 0});
  Image truth = torn;
  for (int y = 10; y < 20; ++y)
    for (int x = 5; x < 35; ++x) {
      truth.pixels[size_t(y) * 40 + x].a = 1;
      torn.pixels[size_t(y) * 40 + x].a = x == 25 ? 0.0f : 1.0f;  // A gap: 9 columns hang in the air.
    }
  EXPECT_NEAR(error_of(torn, truth).connectivity, 0.01, 1e-3);
}

TEST(MatteError, SpillIsScreenThatTheTruthHasNot) {
  Image green = ramp();
  for (auto& p : green.pixels) p.g = p.r + 0.1f;
  EXPECT_GT(error_of(green, ramp()).spill, 0.03);
  EXPECT_EQ(error_of(ramp(), green).spill, 0);
}

TEST(MatteError, FlickerComparesChanges) {
  MatteErrorSum steady(ScreenHue::Green), flickers(ScreenHue::Green);
  for (const float shift : {0.0f, 1.0f, 2.0f}) steady.add(ramp(shift + 0.5f), ramp(shift));
  for (const float shift : {0.0f, 1.0f, 2.0f}) flickers.add(ramp(shift == 1 ? 3.0f : shift), ramp(shift));
  EXPECT_LT(steady.mean().flicker, 0.3 * flickers.mean().flicker);
}

TEST(MatteError, RefusesWhatCannotBeCompared) {
  core::expect_error(ErrorKind::BadRequest, "got none", [] { MatteErrorSum(ScreenHue::Green).mean(); });
  core::expect_error(ErrorKind::BadRequest, "one size", [] { error_of(flat(2, 2, {}), flat(2, 3, {})); });
  core::expect_error(ErrorKind::BadRequest, "after 2x2", [] {
    MatteErrorSum sum(ScreenHue::Green);
    sum.add(flat(2, 2, {}), flat(2, 2, {}));
    sum.add(flat(3, 2, {}), flat(3, 2, {}));
  });
  core::expect_error(ErrorKind::BadRequest, "red", [] { screen_hue("red"); });
}

}  // namespace
}  // namespace sakuga::compose
