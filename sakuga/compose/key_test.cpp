#include "sakuga/compose/key.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "sakuga/compose/key_output.h"
#include "sakuga/compose/matte_error.h"
#include "sakuga/compose/test_plates.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;
using media::Rgba;

Screen screen_of(const Image& plate) {
  ScreenSurvey survey;
  survey.add(plate);
  return survey.finish();
}

Image keyed(const Image& plate, KeyOptions options = {}, const KeyMasks& masks = {}) {
  Image result;
  Keyer(screen_of(plate), options, masks).key(plate, result);
  return result;
}

const Rgba& at(const Image& image, int x, int y) {
  return image.pixels[size_t(y) * image.width + x];
}

const Rgba kGreen = {0.06f, 0.46f, 0.11f, 1};

// A plate of the screen's colour with a square of another in the middle.
Image with_square(int size, int side, Rgba colour) {
  Image plate = flat(size, size, kGreen);
  for (int y = (size - side) / 2; y < (size + side) / 2; ++y)
    for (int x = (size - side) / 2; x < (size + side) / 2; ++x) plate.pixels[size_t(y) * size + x] = colour;
  return plate;
}

TEST(Key, FindsTheMatteOnEveryPaintInUnevenLight) {
  for (const std::string paint : {"green", "blue", "yellow"}) {
    const auto frame = disc_plate(paint).frame(3);
    MatteErrorSum sum(screen_hue(paint));
    sum.add(keyed(frame.plate), frame.truth);
    EXPECT_LT(sum.mean().mean_absolute, 0.008) << paint;
    EXPECT_LT(sum.mean().foreground, 0.08) << paint;
  }
}

TEST(Key, KeepsColoursAboveWhite) {
  const auto result = keyed(with_square(96, 40, {4, 3, 2, 1}));
  EXPECT_EQ(at(result, 48, 48), (Rgba{4, 3, 2, 1}));
}

TEST(Key, GivesAMixedPixelItsShareAndItsOwnColour) {
  Image plate = with_square(96, 40, kSkin);
  for (int y = 28; y < 68; ++y) {  // One column of half figure, half screen.
    Rgba& p = plate.pixels[size_t(y) * 96 + 27];
    p = {(kSkin.r + kGreen.r) / 2, (kSkin.g + kGreen.g) / 2, (kSkin.b + kGreen.b) / 2, 1};
  }
  const auto mixed = at(keyed(plate, {.key_lift = 0}), 27, 48);
  EXPECT_NEAR(mixed.a, 0.5, 0.03);
  EXPECT_NEAR(mixed.r, kSkin.r, 0.03);
  EXPECT_NEAR(mixed.g, kSkin.g, 0.03);
  EXPECT_NEAR(mixed.b, kSkin.b, 0.03);
}

TEST(Key, AcceptsHuesWithinItsAngleOnly) {
  const Rgba cyan = {0.05f, 0.42f, 0.30f, 1};  // About 30 degrees beside the screen.
  const Image plate = with_square(96, 24, cyan);
  EXPECT_LT(at(keyed(plate, {.acceptance_angle = 150, .core = 0}), 48, 48).a, 0.9);
  EXPECT_EQ(at(keyed(plate, {.acceptance_angle = 30, .core = 0}), 48, 48).a, 1);
}

TEST(Key, LiftFillsTheFigureAndGainClearsTheScreen) {
  const Rgba third = {0.25f, 0.38f, 0.27f, 1};  // A third of the screen in a grey.
  const Image plate = with_square(96, 24, third);
  const auto alpha = [&](double lift, double gain) {
    return at(keyed(plate, {.key_lift = lift, .key_gain = gain, .core = 0, .refine = false}), 48, 48).a;
  };
  EXPECT_LT(alpha(0, 0.3), alpha(0, 1));
  EXPECT_LT(alpha(0, 1), alpha(0.5, 1));
  EXPECT_EQ(alpha(0.5, 1), 1);
}

TEST(Key, DespillTakesGreenOffGreyAndLeavesSkin) {
  Image plate = with_square(160, 80, {0.30f, 0.36f, 0.31f, 1});  // Grey with green light.
  for (int y = 60; y < 100; ++y)
    for (int x = 60; x < 100; ++x) plate.pixels[size_t(y) * 160 + x] = kSkin;
  const auto clean = keyed(plate), left = keyed(plate, {.despill = 0});
  const auto grey = at(clean, 50, 80);
  EXPECT_LT(grey.g - std::max(grey.r, grey.b), 0.3f * (0.36f - 0.31f));
  EXPECT_EQ(at(left, 50, 80), (Rgba{0.30f, 0.36f, 0.31f, 1}));
  EXPECT_EQ(at(clean, 80, 80), kSkin);
}

TEST(Key, FillsWhatIsGreenishInsideTheFigure) {
  Image plate = with_square(160, 120, kSkin);
  for (int y = 76; y < 84; ++y)
    for (int x = 76; x < 84; ++x) plate.pixels[size_t(y) * 160 + x] = {0.2f, 0.33f, 0.2f, 1};  // A badge.
  EXPECT_EQ(at(keyed(plate), 80, 80).a, 1);
  EXPECT_LT(at(keyed(plate, {.core = 0}), 80, 80).a, 1);
}

// A disc with wide folds before a dim screen; 128 pixels.
Image dim_plate(Rgba screen, Rgba surface, float fold) {
  Image plate = flat(128, 128, screen);
  for (int y = 0; y < 128; ++y)
    for (int x = 0; x < 128; ++x) {
      if (std::hypot(x - 64.0f, y - 64.0f) > 40) continue;
      const float light = 1 + fold * std::sin(0.4f * float(x + y));
      plate.pixels[size_t(y) * 128 + x] = {surface.r * light, surface.g * light, surface.b * light, 1};
    }
  return plate;
}

void expect_solid_disc(const Image& matte, const std::string& name) {
  for (int y = 0; y < 128; ++y)
    for (int x = 0; x < 128; ++x) {
      const float radius = std::hypot(x - 64.0f, y - 64.0f);
      const float alpha = at(matte, x, y).a;
      if (radius < 30) {
        ASSERT_GT(alpha, 0.98) << name << ' ' << x << ' ' << y;
      }
      if (radius > 46) {
        ASSERT_LT(alpha, 0.02) << name << ' ' << x << ' ' << y;
      }
    }
}

TEST(Key, KeepsWeaklySaturatedSurfacesOfTheScreensHueBeforeADimScreen) {
  const Rgba dim_green = {0.008f, 0.06f, 0.014f, 1}, dim_blue = {0.007f, 0.018f, 0.093f, 1};
  expect_solid_disc(keyed(dim_plate(dim_green, {0.5f, 0.65f, 0.5f, 1}, 0)), "pale green");
  expect_solid_disc(keyed(dim_plate(dim_green, {0.5f, 0.65f, 0.5f, 1}, 0.2f)), "pale green in folds");
  expect_solid_disc(keyed(dim_plate(dim_blue, {0.12f, 0.17f, 0.26f, 1}, 0)), "dusty blue");
  expect_solid_disc(keyed(dim_plate(dim_blue, {0.12f, 0.17f, 0.26f, 1}, 0.2f)), "dusty blue in folds");
}

TEST(Key, DespillLeavesAPaleDressItsOwnColour) {
  const Rgba dress = {0.5f, 0.65f, 0.5f, 1};
  const auto result = at(keyed(dim_plate({0.008f, 0.06f, 0.014f, 1}, dress, 0)), 64, 64);
  EXPECT_NEAR(result.g, dress.g, 0.03f);
  EXPECT_NEAR(result.r, dress.r, 0.03f);
}

TEST(Key, KeepsABlurredEdgeBeforeADimScreenSoft) {
  const Rgba dim_green = {0.008f, 0.06f, 0.014f, 1};
  const auto truth = [](int x) { return std::clamp((float(x) - 61) / 8, 0.0f, 1.0f); };
  for (const Rgba& figure : {Rgba{0.6f, 0.6f, 0.6f, 1}, kSkin, Rgba{0.002f, 0.002f, 0.002f, 1}}) {
    Image plate = flat(160, 128, dim_green);
    for (int y = 0; y < 128; ++y)
      for (int x = 40; x < 130; ++x) {
        const float a = truth(x), b = 1 - a;
        plate.pixels[size_t(y) * 160 + x] = {a * figure.r + b * dim_green.r, a * figure.g + b * dim_green.g,
                                             a * figure.b + b * dim_green.b, 1};
      }
    const auto result = keyed(plate, {.core = 10});
    for (int x = 50; x < 90; ++x) EXPECT_NEAR(at(result, x, 64).a, truth(x), 0.15) << figure.r << ' ' << x;
  }
}

TEST(Key, KeepsAHairFarFromTheHead) {
  const Rgba hair = {0.02f, 0.012f, 0.01f, 1};
  Image plate = with_square(240, 120, hair);
  for (int y = 40; y < 60; ++y) {  // A line of half a pixel's width.
    Rgba& p = plate.pixels[size_t(y) * 240 + 120];
    p = {(hair.r + kGreen.r) / 2, (hair.g + kGreen.g) / 2, (hair.b + kGreen.b) / 2, 1};
  }
  const auto strand = at(keyed(plate), 120, 53);
  EXPECT_NEAR(strand.a, 0.5, 0.1);
  EXPECT_LT(strand.g, 0.05);
}

TEST(Key, IsTheSameForAnyNumberOfThreads) {
  const auto plate = disc_plate("green", kSkin, 0.15).frame(3).plate;
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const auto one = keyed(plate);
  omp_set_num_threads(3);
  const auto three = keyed(plate);
  omp_set_num_threads(threads);
  EXPECT_EQ(one.pixels, three.pixels);
}

TEST(Key, ObeysMasks) {
  const Image plate = with_square(96, 40, kSkin);
  Image inside = flat(96, 96, {0, 0, 0, 1}), outside = inside;
  inside.pixels[5 * 96 + 5] = {1, 1, 1, 1};
  outside.pixels[48 * 96 + 48] = {1, 1, 1, 1};
  const auto result = keyed(plate, {}, {inside, outside});
  EXPECT_EQ(at(result, 5, 5).a, 1);
  EXPECT_EQ(at(result, 8, 8).a, 0);
  EXPECT_EQ(at(result, 48, 48).a, 0);
  EXPECT_EQ(at(result, 40, 40).a, 1);
}

TEST(Key, RefusesOtherSizesAndOptionsOutOfRange) {
  const Image plate = with_square(96, 40, kSkin);
  core::expect_error(ErrorKind::BadRequest, "inside mask", [&] { keyed(plate, {}, {flat(95, 96, {}), {}}); });
  core::expect_error(ErrorKind::BadRequest, "outside mask", [&] {
    keyed(plate, {}, {{}, flat(95, 96, {})});
  });
  core::expect_error(ErrorKind::BadRequest, "key_lift", [&] { keyed(plate, {.key_lift = 2}); });
  Image result;
  core::expect_error(ErrorKind::BadRequest, "plate of 96x96",
                     [&] { Keyer(screen_of(plate)).key(flat(97, 96, kGreen), result); });
}

TEST(Key, TakesOnePixelAndOddSizes) {
  EXPECT_EQ(at(keyed(flat(1, 1, kGreen)), 0, 0).a, 0);
  const auto odd = keyed(with_square(37, 15, kSkin));
  EXPECT_EQ(odd.width, 37);
  EXPECT_EQ(at(odd, 18, 18).a, 1);
  EXPECT_EQ(at(odd, 36, 36).a, 0);
}

TEST(Key, AFrameIsTheSameInAnyOrder) {
  const auto source = disc_plate("green");
  const auto first = source.frame(0).plate, second = source.frame(20).plate;
  Keyer all(screen_of(first)), alone(screen_of(first));
  Image result, later, again;
  all.key(first, result);
  all.key(second, later);
  alone.key(second, again);
  EXPECT_EQ(later.pixels, again.pixels);
}

TEST(Key, ErodesAndFeathers) {
  const Image plate = with_square(96, 40, kSkin);
  EXPECT_EQ(at(keyed(plate), 29, 48).a, 1);
  EXPECT_EQ(at(keyed(plate, {.erode = 3}), 29, 48).a, 0);
  const float soft = at(keyed(plate, {.feather = 3}), 28, 48).a;
  EXPECT_GT(soft, 0.2);
  EXPECT_LT(soft, 0.8);
}

TEST(KeyOutput, GivesTheUsualOnes) {
  const Image plate = flat(1, 1, {0.5f, 0.5f, 0.5f, 1});
  const auto output = [&](const std::string& name, const Image& background = {}) {
    Image image = flat(1, 1, {2, 1, 0.5f, 0.5f});
    apply_output(key_output(name), plate, background, image);
    return image.pixels[0];
  };
  EXPECT_EQ(output("unpremultiplied"), (Rgba{2, 1, 0.5f, 0.5f}));
  EXPECT_EQ(output("premultiplied"), (Rgba{1, 0.5f, 0.25f, 0.5f}));
  EXPECT_EQ(output("intermediate"), (Rgba{0.5f, 0.5f, 0.5f, 0.5f}));
  EXPECT_EQ(output("matte"), (Rgba{0.5f, 0.5f, 0.5f, 1}));
  EXPECT_EQ(output("composite", flat(1, 1, {1, 0, 0, 1})), (Rgba{1.5f, 0.5f, 0.25f, 1}));
  core::expect_error(ErrorKind::BadRequest, "unknown output", [&] { output("premult"); });
  core::expect_error(ErrorKind::BadRequest, "background", [&] { output("composite", flat(2, 1, {})); });
  Image wide = flat(2, 1, {});
  core::expect_error(ErrorKind::BadRequest, "plate",
                     [&] { apply_output(KeyOutput::Intermediate, plate, {}, wide); });
}

}  // namespace
}  // namespace sakuga::compose
