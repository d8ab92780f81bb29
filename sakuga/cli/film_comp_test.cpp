#include <gtest/gtest.h>

#include "sakuga/cli/test_support.h"
#include "sakuga/film/test_shots.h"
#include "sakuga/media/frames.h"

namespace sakuga::cli {
namespace {

Result comp(const core::TemporaryFolder& folder, const std::string& text) {
  folder.write("test.toml", text);
  return sakuga({"film", "comp", folder / "test.toml", "-o", folder / "out"});
}

TEST(FilmCompCommand, LaysGivenDrawingsOverABackground) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 3);
  const auto result = comp(folder, film::kTop + "[[deliver]]\nfile = \"test.mkv\"\n");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("comp: 3 frames, 3 made"), std::string::npos) << result.out;
  const auto reader = media::FrameReader::open(folder / "out/test.mkv");
  media::Image frame;
  ASSERT_TRUE(reader->read(frame));
  EXPECT_NEAR(frame.pixels[16 * film::kWide + 8].r, 200 / 255.0, 0.01);
  EXPECT_NEAR(frame.pixels[16 * film::kWide + 30].b, 110 / 255.0, 0.01);
}

TEST(FilmCompCommand, SaysToRenderFirstWhatIsNotDrawnYet) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 2);
  const auto result = comp(folder, film::kTop + "[stylise]\n");
  EXPECT_EQ(result.status, 3);
  EXPECT_NE(result.err.find("film render"), std::string::npos) << result.err;
}

TEST(FilmCompCommand, WantsAPlateOrALength) {
  const core::TemporaryFolder folder;
  film::write_plate(folder, 1);
  const auto result = comp(folder, "[background]\nfile = \"back.png\"\n");
  EXPECT_EQ(result.status, 2);
  EXPECT_NE(result.err.find("expected 'frames'"), std::string::npos) << result.err;
}

}  // namespace
}  // namespace sakuga::cli
