#include "sakuga/character/walk.h"

#include <nlohmann/json.hpp>
#include <numeric>

#include "sakuga/character/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;

double length(const std::vector<float>& v) {
  return std::sqrt(std::inner_product(v.begin(), v.end(), v.begin(), 0.));
}

TEST(Slerp, KeepsTheLengthAndTurnsEvenly) {
  const std::vector<float> a = {2, 0, 0}, b = {0, 2, 0};
  for (const double t : {0.25, 0.5, 0.75}) {
    const auto v = slerp(a, b, t);
    EXPECT_NEAR(length(v), 2, 1e-6);
    EXPECT_NEAR(std::atan2(v[1], v[0]), t * M_PI / 2, 1e-6);
  }
}

TEST(Slerp, IsExactlyTheKeysAtTheEnds) {
  const auto a = noise_of(1, 128, 1), b = noise_of(2, 128, 1);
  EXPECT_EQ(slerp(a, b, 0), a);
  EXPECT_EQ(slerp(a, b, 1), b);
}

TEST(Slerp, IsLinearBetweenParallelOpposedAndZeroVectors) {
  const std::vector<float> a = {1, 2}, twice = {2, 4}, opposite = {-1, -2}, zero = {0, 0};
  EXPECT_EQ(slerp(a, twice, 0.5), (std::vector<float>{1.5, 3}));
  EXPECT_EQ(slerp(a, opposite, 0.5), zero);
  EXPECT_EQ(slerp(zero, a, 0.5), (std::vector<float>{0.5, 1}));
}

media::Image8 grey(int size, uint8_t value) {
  media::Image8 image(size, size, 3);
  std::fill(image.bytes.begin(), image.bytes.end(), value);
  return image;
}

TEST(EyeDistance, IsAHundredFromBlackToWhite) {
  EXPECT_NEAR(eye_distance(grey(8, 0), grey(8, 255)), 100, 0.01);
  EXPECT_NEAR(eye_distance(grey(64, 0), grey(64, 255)), 100, 0.01);
  EXPECT_EQ(eye_distance(grey(64, 90), grey(64, 90)), 0);
}

TEST(EyeDistance, KnowsTheLabOfSrgbRed) {
  // L* 53.24, a* 80.09, b* 67.20: Lindbloom's values for the sRGB primaries.
  media::Image8 red = grey(4, 0);
  for (size_t p = 0; p < red.bytes.size(); p += 3) red.bytes[p] = 255;
  EXPECT_NEAR(eye_distance(grey(4, 0), red), std::sqrt(53.24 * 53.24 + 80.09 * 80.09 + 67.20 * 67.20), 0.05);
}

TEST(EyeDistance, DoesNotSeeFineNoise) {
  media::Image8 checks = grey(64, 128), other = checks;
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) {
        checks.at(x, y)[c] = (x + y) % 2 ? 148 : 108;
        other.at(x, y)[c] = (x + y) % 2 ? 108 : 148;
      }
  EXPECT_LT(eye_distance(checks, other), 0.5);
}

// Two stretches of four coarse steps: slow, then four times as far.
const WalkPath kPath({0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75, 2},
                     std::vector<double>{1, 1, 1, 1, 4, 4, 4, 4});

WalkPath even_path(int stretches, std::vector<double> distances) {
  std::vector<double> positions;
  for (size_t i = 0; i <= distances.size(); ++i)
    positions.push_back(double(i) * stretches / double(distances.size()));
  return WalkPath(positions, distances);
}

TEST(Timing, PutsFramesAtEqualDistances) {
  const auto at = place_frames(kPath, {.frames = 21});
  ASSERT_EQ(at.size(), 21u);
  EXPECT_EQ(at.front(), 0);
  EXPECT_EQ(at.back(), 2);
  EXPECT_NEAR(at[4], 1, 1e-12);  // A fifth of the way is the first stretch.
  for (size_t i = 5; i < at.size(); ++i) EXPECT_NEAR(at[i] - at[i - 1], 1. / 16, 1e-12);
}

TEST(Timing, OfALoopStopsOneStepBeforeItsBeginning) {
  const auto at = place_frames(kPath, {.frames = 20, .loop = true});
  EXPECT_EQ(at.front(), 0);
  EXPECT_NEAR(at.back(), 2 - 1. / 16, 1e-12);
}

TEST(Timing, HoldsEachCharacter) {
  const auto at = place_frames(kPath, {.frames = 25 + 3 * 12, .fps = 24, .hold = 0.5});
  for (int i = 0; i <= 12; ++i) EXPECT_EQ(at[size_t(i)], 0);
  int on_second = 0, on_third = 0;
  for (const double position : at) {
    on_second += position == 1;
    on_third += position == 2;
  }
  EXPECT_NEAR(on_second, 12, 1);
  EXPECT_NEAR(on_third, 12, 1);
  EXPECT_EQ(at.back(), 2);
}

TEST(Timing, EasesInAndOut) {
  const auto at = place_frames(even_path(1, std::vector<double>(10, 1.)), {.frames = 101, .ease = 1});
  EXPECT_LT(at[1] - at[0], 0.1 * (at[51] - at[50]));
  EXPECT_NEAR(at[50], 0.5, 1e-9);
  EXPECT_TRUE(std::is_sorted(at.begin(), at.end()));
}

TEST(Timing, WalksAPathWithoutLengthEvenly) {
  const auto at = place_frames(even_path(2, std::vector<double>(8, 0.)), {.frames = 9});
  for (size_t i = 0; i < 9; ++i) EXPECT_NEAR(at[i], double(i) / 4, 1e-12);
}

TEST(Timing, SkipsStretchesWithoutLength) {
  const auto at = place_frames(even_path(3, {0, 0, 1, 1, 0, 0}), {.frames = 5});
  EXPECT_EQ(at.back(), 3);
  for (size_t i = 1; i < 4; ++i) EXPECT_NEAR(at[i], 1 + double(i) / 4, 1e-12);
}

TEST(WalkPath, IsRefinedWhereMuchHappens) {
  const auto at = refined(kPath, 20);
  EXPECT_TRUE(std::is_sorted(at.begin(), at.end()));
  EXPECT_EQ(std::count(at.begin(), at.end(), 0), 1);
  EXPECT_EQ(std::count(at.begin(), at.end(), 1), 1);
  EXPECT_EQ(at.back(), 2);
  EXPECT_EQ(std::count_if(at.begin(), at.end(), [](double position) { return position < 1; }), 4);
  EXPECT_EQ(std::count_if(at.begin(), at.end(), [](double position) { return position > 1; }), 16);
  EXPECT_EQ(refined(even_path(3, {0, 0, 1, 1, 0, 0}), 4).size(), 13u)
      << "four even steps where nothing happens";
}

TEST(Timing, RefusesHoldsThatLeaveNoTimeAndFilmsOfOneFrame) {
  expect_error(ErrorKind::BadRequest, "3 holds of 1 s leave no time to move",
               [] { place_frames(kPath, {.frames = 72, .hold = 1}); });
  expect_error(ErrorKind::BadRequest, "at least two frames", [] { place_frames(kPath, {.frames = 1}); });
}

TEST(Walk, MovesAtConstantSpeedThroughASteepPath) {
  const WalkOptions options = {.seeds = "0-4", .seconds = 10};
  const TemporaryFolder folder;
  const auto report = walk_to(fake_artist(), options, {.strip = folder / "strip.png"});
  EXPECT_EQ(report.frames, 240);
  EXPECT_EQ(report.keys, 5);
  EXPECT_LT(report.step_variation, 0.15) << "rounding to 8 bits alone makes some";
  EXPECT_GT(report.mean_step, 0.5);
}

TEST(Walk, PassesExactlyThroughItsCharacters) {
  const WalkOptions options = {.seeds = "8,3", .tags = "aqua_hair; black_hair", .seconds = 2, .loop = false};
  const Walk walk(fake_artist(), options);
  const Vocabulary vocabulary(fake_card());
  const Subject last = {3, vocabulary.weights(parse_tags("black_hair"), Unspecified::Random, 3)};
  draw_subjects(fake_artist(), std::span(&last, 1), 1, 1, [&](size_t, media::Image8 picture) {
    EXPECT_EQ(walk.draw(walk.frames() - 1, 1).at(0), picture);
  });
}

TEST(Walk, DoesNotDependOnTheBatch) {
  const Walk one(fake_artist(), {.seeds = "0-2", .seconds = 1, .batch = 1});
  const Walk many(fake_artist(), {.seeds = "0-2", .seconds = 1, .batch = 50});
  EXPECT_EQ(one.draw(0, 24), many.draw(0, 24));
  EXPECT_EQ(one.metadata(), many.metadata());
}

TEST(Walk, LoopsWithoutACut) {
  const Walk walk(fake_artist(), {.seeds = "0-2", .seconds = 4});
  const auto frames = walk.draw(0, walk.frames());
  const double seam = eye_distance(frames.back(), frames.front());
  EXPECT_NEAR(seam, eye_distance(frames[0], frames[1]), 0.2 * seam + 0.3);
}

TEST(Walk, WritesFilmAndStrip) {
  const TemporaryFolder folder;
  walk_to(fake_artist(), {.seeds = "1,2", .seconds = 2, .fps = 12},
          {.film = folder / "walk.mp4", .strip = folder / "strip.png"});
  EXPECT_GT(std::filesystem::file_size(folder / "walk.mp4"), 500u);
  const auto strip = media::read_image8(folder / "strip.png");
  EXPECT_EQ(strip.width, 12 * 16 + 13 * 2);
  EXPECT_EQ(strip.height, 2 * 16 + 3 * 2);
  const auto json = nlohmann::json::parse(media::read_metadata(folder / "strip.png").at("sakuga"));
  EXPECT_EQ(json.at("keys")[1].at("seed"), 2);
  EXPECT_EQ(json.at("command"),
            "sakuga walk --model \"fake.safetensors\" --seeds \"1,2\" --seconds 2.0 --fps 12");
}

TEST(Walk, NeedsTwoSeeds) {
  expect_error(ErrorKind::BadRequest, "at least two seeds, got 7",
               [] { Walk(fake_artist(), {.seeds = "7"}); });
  expect_error(ErrorKind::BadRequest, "no tag blond_hair",
               [] { Walk(fake_artist(), {.seeds = "7,8", .tags = "smile; blond_hair"}); });
}

}  // namespace
}  // namespace sakuga::character
