#include "sakuga/compose/screen.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "sakuga/compose/test_plates.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image;
using media::Rgba;

Screen found(const Image& plate, ScreenOptions options = {}) {
  ScreenSurvey survey(std::move(options));
  survey.add(plate);
  return survey.finish();
}

Image stripes(int size) {
  Image image(size, size, media::Transfer::Linear);
  const Rgba colours[] = {
      {0.6f, 0.1f, 0.1f}, {0.1f, 0.5f, 0.1f}, {0.1f, 0.1f, 0.6f}, {0.5f, 0.5f, 0.1f}, {0.5f, 0.5f, 0.5f}};
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x) image.pixels[size_t(y) * size + x] = colours[x / 3 % 5];
  return image;
}

TEST(Screen, IsFoundInUnevenLightWhateverItsPaint) {
  EXPECT_EQ(found(disc_plate("green").frame(0).plate).name(), "green");
  EXPECT_EQ(found(disc_plate("blue").frame(0).plate).name(), "blue");
  EXPECT_NE(found(disc_plate("yellow").frame(0).plate).name().find("yellow"), std::string::npos);
  EXPECT_GT(found(disc_plate("yellow").frame(0).plate).confidence, 0.9);
}

TEST(Screen, HasTheAngleOfItsPaintWithoutTheLight) {
  const auto bright = found(flat(64, 64, {0.06f, 0.46f, 0.11f})),
             dark = found(flat(64, 64, {0.006f, 0.046f, 0.011f}));
  EXPECT_NEAR(bright.angle_deg, dark.angle_deg, 0.1);
  const auto c = chroma_of(0.06f, 0.46f, 0.11f);
  EXPECT_NEAR(bright.angle_deg, std::atan2(c.cr, c.cb) * 57.29578, 0.1);
}

TEST(Screen, AcceptsFewerHuesWhereSkinIsNear) {
  EXPECT_EQ(found(disc_plate("green").frame(0).plate).acceptance_deg, 120);
  const double yellow = found(disc_plate("yellow").frame(0).plate).acceptance_deg;
  EXPECT_LT(yellow, 110);
  EXPECT_GE(yellow, 40);
}

TEST(Screen, KnowsTheScreenBehindTheFigure) {
  const auto source = disc_plate("green");
  ScreenSurvey survey;
  for (int i = 0; i < 72; i += 12) survey.add(source.frame(i).plate);
  const auto screen = survey.finish();
  const auto clean = source.clean_plate();
  const auto& shot = screen.shot;
  const Cell& middle = shot.cells[size_t(shot.rows / 2) * shot.columns + shot.columns / 2];
  EXPECT_NEAR(middle.g / clean.pixels[80 * 240 + 120].g, 1, 0.1);
}

TEST(Screen, IsNotDarkenedByADarkFiguresBlurredEdge) {
  const Rgba green = {0.06f, 0.46f, 0.11f, 1};
  Image plate = flat(240, 240, green);
  for (int y = 0; y < 240; ++y)
    for (int x = 100; x < 240; ++x) {
      const float screen = std::clamp((124 - float(x)) / 24, 0.0f, 1.0f);
      plate.pixels[size_t(y) * 240 + x] = {screen * green.r, screen * green.g, screen * green.b, 1};
    }
  const auto screen = found(plate);
  for (int column = 0; column < screen.shot.columns; ++column)
    EXPECT_NEAR(screen.shot.cells[size_t(30 * screen.shot.columns + column)].g, green.g, 0.02f) << column;
}

TEST(Screen, OfNoSingleColourIsRefusedWithItsConfidence) {
  core::expect_error(ErrorKind::BadRequest, "% confidence", [] { found(stripes(90)); });
  core::expect_error(ErrorKind::BadRequest, "expected a screen of a single colour", [] {
    found(flat(40, 40, {0.3f, 0.3f, 0.3f}));
  });
}

TEST(Screen, IsNotSeenInAPhotoOfSkyOrOfOneMood) {
  const std::filesystem::path photos = SAKUGA_SOURCE_DIR "/../shared/data/open/photos";
  if (!std::filesystem::exists(photos)) GTEST_SKIP() << "needs " << photos;
  for (const char* name : {"lomiri-wallpapers-16.04_picosdeeuropa_by_Aitzol_Berasategi.jpg",
                           "plasma-workspace-wallpapers_5120x2880.jpg"})
    core::expect_error(ErrorKind::BadRequest, "expected a screen of a single colour",
                       [&] { found(media::read_image(photos / name)); });
}

TEST(Screen, CanBeGivenAndMustThenBeThere) {
  const auto plate = disc_plate("green").frame(0).plate;
  EXPECT_EQ(found(plate, {.screen = "#30b050"}).confidence, 1);
  core::expect_error(ErrorKind::BadRequest, "no part of the frames",
                     [&] { found(plate, {.screen = "#2040ff"}); });
  core::expect_error(ErrorKind::BadRequest, "screen", [&] { found(plate, {.screen = "greenish"}); });
}

TEST(Screen, WantsFramesOfOneSize) {
  core::expect_error(ErrorKind::BadRequest, "got none", [] { ScreenSurvey().finish(); });
  core::expect_error(ErrorKind::BadRequest, "empty one", [] { ScreenSurvey().add(Image()); });
  core::expect_error(ErrorKind::BadRequest, "8x8 after 9x8", [] {
    ScreenSurvey survey;
    survey.add(flat(9, 8, {}));
    survey.add(flat(8, 8, {}));
  });
}

}  // namespace
}  // namespace sakuga::compose
