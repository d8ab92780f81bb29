#include "sakuga/compose/synthetic_plate.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;
using media::Rgba;
using media::Transfer;

Image disc(int size, Rgba colour) {
  Image image(size, size, Transfer::Linear);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) {
      colour.a =
          std::clamp(size / 2.0f - std::hypot(x + 0.5f - size / 2.0f, y + 0.5f - size / 2.0f), 0.0f, 1.0f);
      image.pixels[size_t(y) * size + x] = colour;
    }
  return image;
}

const SyntheticPlateOptions kSmall = {.width = 96, .height = 54, .figure = 0.5, .seed = 3};

TEST(SyntheticPlate, IsTheFigureOverTheScreenIfNothingDisturbs) {
  auto options = kSmall;
  options.noise = options.spill = 0;
  const SyntheticPlate source({disc(40, {0.8f, 0.1f, 0.2f})}, options);
  const auto frame = source.frame(5);
  const auto screen = source.clean_plate();
  for (size_t i = 0; i < screen.pixels.size(); ++i) {
    const Rgba t = frame.truth.pixels[i], s = screen.pixels[i], p = frame.plate.pixels[i];
    ASSERT_NEAR(p.g, t.g * t.a + s.g * (1 - t.a), 1e-5) << i;
  }
}

TEST(SyntheticPlate, FallsOffByTheStopsAskedFor) {
  auto options = kSmall;
  options.creases = 0;
  const auto screen = SyntheticPlate({disc(8, {})}, options).clean_plate();
  float least = 1e9f, most = 0;
  for (const auto& p : screen.pixels) {
    least = std::min(least, p.g);
    most = std::max(most, p.g);
  }
  EXPECT_NEAR(std::log2(most / least), 3, 0.1);
}

TEST(SyntheticPlate, BlursWhatMovesAndKeepsWhatStands) {
  auto moving = kSmall, still = kSmall;
  still.sway = 0;
  const auto soft = [](const Image& image) {
    int count = 0;
    for (const auto& p : image.pixels) count += p.a > 0.02f && p.a < 0.98f;
    return count;
  };
  moving.period = 8;
  EXPECT_GT(soft(SyntheticPlate({disc(40, {})}, moving).frame(0).truth),
            soft(SyntheticPlate({disc(40, {})}, still).frame(0).truth) * 3 / 2);
}

TEST(SyntheticPlate, RepeatsAFrameInAnyOrder) {
  const SyntheticPlate source({disc(16, {1, 0, 0}), disc(20, {0, 0, 1})}, kSmall);
  const auto later = source.frame(13);
  source.frame(2);
  EXPECT_EQ(source.frame(13).plate.pixels, later.plate.pixels);
  EXPECT_NE(source.frame(1).plate.pixels, later.plate.pixels);
}

TEST(SyntheticPlate, RefusesNothingToShowAndOptionsOutOfRange) {
  core::expect_error(ErrorKind::BadRequest, "at least one sprite", [] { SyntheticPlate({}, kSmall); });
  core::expect_error(ErrorKind::BadRequest, "empty one", [] { SyntheticPlate({Image()}, kSmall); });
  auto options = kSmall;
  options.screen = "plaid";
  core::expect_error(ErrorKind::BadRequest, "screen", [&] { SyntheticPlate({disc(8, {})}, options); });
}

}  // namespace
}  // namespace sakuga::compose
