#include <gtest/gtest.h>

#include <filesystem>

#include "sakuga/cli/test_support.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::cli {
namespace {

// Three frames numbered from 5, a light square on a dark ground.
void write_plate(const core::TemporaryFolder& folder) {
  std::filesystem::create_directories(folder / "plate");
  std::filesystem::create_directories(folder / "out");
  for (int i = 0; i < 3; ++i) {
    media::Image8 image(32, 32, 3);
    for (int y = 0; y < 32; ++y)
      for (int x = 0; x < 32; ++x)
        *image.at(x, y) = y > 8 && y < 24 && x > 4 + 4 * i && x < 16 + 4 * i ? 220 : 30;
    media::write_image(folder / "plate" / fmt::format("p.{:06d}.png", 5 + i), image);
  }
}

TEST(FilmStyliseCommand, SuggestsKeysLearnsFromThemAndReports) {
  const core::TemporaryFolder folder;
  write_plate(folder);
  const auto plate = (folder / "plate" / "p.%06d.png").string();
  const auto suggested = sakuga({"film", "stylise", plate, "--suggest-keys", "1", "-o", folder / "keys"});
  EXPECT_EQ(suggested.status, 0) << suggested.err;
  EXPECT_NE(suggested.out.find("key.000006.png"), std::string::npos) << suggested.out;

  const auto drawn = sakuga({"film", "stylise", plate, "--keys", folder / "keys" / "*.png", "--steps", "3",
                             "--batch", "2", "--patch", "16", "--width", "8", "--blocks", "1", "--json", "-o",
                             folder / "out" / "o.%06d.png"});
  EXPECT_EQ(drawn.status, 0) << drawn.err;
  EXPECT_NE(drawn.out.find("\"drawings\":3"), std::string::npos) << drawn.out;
  EXPECT_TRUE(std::filesystem::exists(folder / "out" / "o.000007.png"));
}

TEST(FilmStyliseCommand, RefusesAnEngineThatIsNotThereAndAMissingPlate) {
  const core::TemporaryFolder folder;
  write_plate(folder);
  const auto out = (folder / "out" / "o.%06d.png").string();
  EXPECT_EQ(sakuga({"film", "stylise", folder / "plate", "--engine", "oil", "-o", out}).status, 2);
  EXPECT_EQ(sakuga({"film", "stylise", folder / "none.%06d.png", "--engine", "classic", "-o", out}).status,
            3);
}

}  // namespace
}  // namespace sakuga::cli
