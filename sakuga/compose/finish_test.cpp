// Speed lines, particles, gradients, grades and grain.
#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/compose/grade.h"
#include "sakuga/compose/gradient.h"
#include "sakuga/compose/grain.h"
#include "sakuga/compose/layer_test_pictures.h"
#include "sakuga/compose/particles.h"
#include "sakuga/compose/speed_lines.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

double covered(const media::Image& image) {
  double sum = 0;
  for (const auto& p : image.pixels) sum += p.a;
  return sum / double(image.pixels.size());
}

TEST(SpeedLines, LeaveTheMiddleFreeAndStandForTheirHold) {
  const SpeedLineOptions options = {.opacity = 1, .clear = 0.5, .hold = 2};
  const auto first = speed_lines(96, 64, 0, options);
  EXPECT_GT(covered(first), 0.03);
  for (int y = 24; y < 40; ++y)
    for (int x = 36; x < 60; ++x) EXPECT_EQ(at(first, x, y).a, 0);
  EXPECT_EQ(first.pixels, speed_lines(96, 64, 1, options).pixels);
  EXPECT_NE(first.pixels, speed_lines(96, 64, 2, options).pixels);
}

TEST(SpeedLines, ParallelOnesRunAlongTheirAngle) {
  const auto lines = speed_lines(96, 64, 0, {.opacity = 1, .kind = "parallel", .count = 40, .thickness = 3});
  double along = 0, across = 0;
  for (int y = 1; y < 63; ++y)
    for (int x = 1; x < 95; ++x) {
      along += std::abs(at(lines, x + 1, y).a - at(lines, x - 1, y).a);
      across += std::abs(at(lines, x, y + 1).a - at(lines, x, y - 1).a);
    }
  EXPECT_GT(across, 5 * along);
}

TEST(SpeedLines, AreNothingByDefaultAndRefuseNoSize) {
  EXPECT_EQ(covered(speed_lines(16, 16, 0, {})), 0);
  core::expect_error(core::ErrorKind::BadRequest, "size", [] { speed_lines(0, 16, 0, {}); });
}

TEST(Grain, IsTheSameForAFrameAndNewForTheNext) {
  const auto grey = solid(64, 64, {0.25f, 0.25f, 0.25f, 1});
  const GrainOptions options = {.amount = 0.05, .seed = 9};
  const auto first = grained(grey, 3, options);
  EXPECT_EQ(first.pixels, grained(grey, 3, options).pixels);
  EXPECT_NE(first.pixels, grained(grey, 4, options).pixels);
}

TEST(Grain, HasTheAmountAskedForInTheMiddleTonesAtAnySize) {
  for (const double size : {0.0, 1.0, 3.0}) {
    const auto noisy = grained(solid(128, 128, {0.25f, 0.25f, 0.25f, 1}), 0, {.amount = 0.05, .size = size});
    double sum = 0, squares = 0;
    for (const auto& p : noisy.pixels) {
      const double root = std::sqrt(p.g);
      sum += root;
      squares += root * root;
    }
    const double count = double(noisy.pixels.size()), mean = sum / count;
    EXPECT_NEAR(mean, 0.5, 0.003);
    EXPECT_NEAR(std::sqrt(squares / count - mean * mean), 0.05, 0.005) << size;
  }
}

TEST(Grain, LeavesBlackAndWhiteAlone) {
  for (const float value : {0.0f, 1.0f})
    for (const auto& p : grained(solid(8, 8, {value, value, value, 1}), 0, {.amount = 0.2}).pixels)
      EXPECT_EQ(p.r, value);
}

TEST(Grade, DoesNothingByDefaultAndStopsAreStops) {
  const auto picture = noisy(6, 6);
  EXPECT_EQ(graded(picture, {}).pixels, picture.pixels);
  const auto brighter = graded(solid(1, 1, {0.1f, 0.2f, 0.05f, 0.5f}), {.exposure = 1});
  EXPECT_NEAR(brighter.pixels[0].g, 0.4f, 1e-6);
  EXPECT_EQ(brighter.pixels[0].a, 0.5f);
}

TEST(Grade, TintsDesaturatesAndLiftsShadows) {
  EXPECT_EQ(graded(solid(1, 1, {1, 1, 1, 1}), {.tint = "#ff0000"}).pixels[0], (media::Rgba{1, 0, 0, 1}));
  const auto grey = graded(solid(1, 1, {1, 0, 0, 1}), {.saturation = 0}).pixels[0];
  EXPECT_NEAR(grey.r, grey.b, 1e-6);
  EXPECT_NEAR(graded(solid(1, 1, {0, 0, 0, 1}), {.shadows = "#ffffff"}).pixels[0].b, 1, 1e-6);
  EXPECT_NEAR(graded(solid(1, 1, {0.18f, 0.18f, 0.18f, 1}), {.contrast = 2}).pixels[0].g, 0.18, 1e-5);
  core::expect_error(core::ErrorKind::BadRequest, "grade tint",
                     [] { graded(solid(1, 1, {}), {.tint = "dusk"}); });
}

TEST(Gradient, RunsFromOneColourToTheOther) {
  const auto down = gradient(4, 100, {.from = "#ffffff", .to = "#ffffff00"});
  EXPECT_GT(at(down, 1, 0).a, 0.99f);
  EXPECT_NEAR(at(down, 1, 50).a, 0.5f, 0.02);
  EXPECT_LT(at(down, 1, 99).a, 0.01f);
  const auto round = gradient(100, 100, {.kind = "radial", .length = 0.25});
  EXPECT_GT(at(round, 50, 50).a, 0.98f);
  EXPECT_EQ(at(round, 50, 90).a, 0);
  core::expect_error(core::ErrorKind::BadRequest, "gradient from", [] { gradient(2, 2, {.from = "x"}); });
  core::expect_error(core::ErrorKind::BadRequest, "size", [] { gradient(2, 0, {}); });
}

TEST(Particles, AnyFrameCanBeDrawnByItselfAndTheyMove) {
  const ParticleOptions options = {.count = 30, .size = 6};
  const auto first = particles(96, 64, 1.5, options);
  EXPECT_EQ(first.pixels, particles(96, 64, 1.5, options).pixels);
  EXPECT_NE(first.pixels, particles(96, 64, 1.55, options).pixels);
  EXPECT_GT(covered(first), 0.002);
  EXPECT_EQ(covered(particles(96, 64, 0, {.count = 0})), 0);
  core::expect_error(core::ErrorKind::BadRequest, "size", [] { particles(0, 1, 0, {}); });
}

TEST(Particles, StayAsManyAsTheWindCarriesThem) {
  const ParticleOptions options = {.count = 80, .size = 6, .wind_x = 300};
  for (const double seconds : {0.0, 5.0, 100.0, 4000.0})
    EXPECT_GT(covered(particles(96, 64, seconds, options)), 0.01) << seconds;
}

}  // namespace
}  // namespace sakuga::compose
