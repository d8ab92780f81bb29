#include <gtest/gtest.h>

#include <cstdlib>

#include "sakuga/cli/test_support.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

// A red disc on nothing.
void write_sprite(const std::filesystem::path& path) {
  media::Image8 sprite(24, 24, 4);
  for (int y = 0; y < 24; ++y)
    for (int x = 0; x < 24; ++x)
      if ((x - 12) * (x - 12) + (y - 12) * (y - 12) < 100)
        std::copy_n(std::array<uint8_t, 4>{200, 40, 30, 255}.begin(), 4, sprite.at(x, y));
  media::write_image(path, sprite);
}

TEST(FilmPlateCommand, FilmsASpriteBeforeAGreenScreenTheSameEachTime) {
  const core::TemporaryFolder folder;
  write_sprite(folder / "disc.png");
  const auto film = [&](const std::string& name) {
    return sakuga({"film", "plate", folder / "disc.png", "-o", folder / name, "--width", "64", "--height",
                   "48", "--frames", "5", "--preset", "veryfast"});
  };
  const auto result = film("a.mp4");
  ASSERT_EQ(result.status, 0) << result.err;
  EXPECT_NE(result.out.find("5 frames before a green screen"), std::string::npos) << result.out;
  ASSERT_EQ(film("b.mp4").status, 0);
  EXPECT_EQ(core::read_file(folder / "a.mp4"), core::read_file(folder / "b.mp4"));
  const auto reader = media::FrameReader::open(folder / "a.mp4");
  EXPECT_EQ(reader->info().count, 5);
  media::Image frame;
  ASSERT_TRUE(reader->read(frame));
  const auto& corner = frame.pixels[2];
  EXPECT_GT(corner.g, 1.3f * corner.r);
  EXPECT_GT(corner.g, 1.3f * corner.b);
}

TEST(FilmPlateCommand, RefusesMissingSpritesAndBadOptions) {
  const core::TemporaryFolder folder;
  write_sprite(folder / "disc.png");
  const auto status = [&](std::vector<std::string> more) {
    std::vector<std::string> words = {"film", "plate"};
    words.insert(words.end(), more.begin(), more.end());
    return sakuga(words).status;
  };
  const auto sprite = (folder / "disc.png").string(), out = (folder / "a.mp4").string();
  EXPECT_EQ(status({folder / "none.png", "-o", out}), 3);
  EXPECT_EQ(status({sprite, "-o", out, "--frames", "0"}), 2);
  EXPECT_EQ(status({sprite, "-o", out, "--screen", "red"}), 2);
  EXPECT_EQ(status({sprite, "-o", out, "--preset", "fastest"}), 2);
  EXPECT_EQ(status({sprite, "-o", out, "--codec", "divx"}), 2);
  EXPECT_EQ(status({sprite, "-o", out, "--width", "33", "--height", "21", "--frames", "1"}), 2);  // 4:2:0.
  EXPECT_EQ(status({sprite, "-o", out, "--width", "33", "--height", "21", "--frames", "1", "--pad"}), 0);
}

}  // namespace
}  // namespace sakuga::cli
