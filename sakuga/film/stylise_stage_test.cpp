// Shots that are drawn from painted frames, by a model, and with what drawings can be told besides.
#include <gtest/gtest.h>

#include "sakuga/film/render.h"
#include "sakuga/film/test_shots.h"
#include "sakuga/media/frames.h"
#include "sakuga/train/keyframes.h"

namespace sakuga::film {
namespace {

const std::string kLossless = "[[deliver]]\nfile = \"test.mkv\"\n";
const std::string kFromKeys = kTop + kLossless +
                              "[stylise]\nengine = \"keyframes\"\nkeys = "
                              "[\"key.0002.png\"]\n[stylise.training]\nsteps = 60\nbatch = 4\n"
                              "patch = 16\nrate = 0.004\nwidth = 8\nblocks = 1\n";

int64_t drawn(const core::TemporaryFolder& folder, const std::string& text, RenderOptions options = {}) {
  if (options.output.empty()) options.output = (folder / "out").string();
  for (const auto& part : render(shot_of(folder, text), options).stages)
    if (part.stage == "stylise") return part.made;
  return -1;
}

media::Rgba inside_of(const media::Image& frame, int number) {
  return frame.pixels[size_t(16 * kWide + 8 + 2 * number)];
}

TEST(StylisingStage, DrawsAShotFromAPaintedFrame) {
  const core::TemporaryFolder folder;
  write_plate(folder, 5);
  media::write_image(folder / "key.0002.png", square_at(6, {30, 60, 220, 255}));  // Red is painted blue.
  EXPECT_EQ(drawn(folder, kFromKeys), 5);
  for (const int number : {1, 5}) {
    const auto p = inside_of(frame_of(folder / "out/test.mkv", number), number);
    EXPECT_GT(p.b, p.r + 0.3f) << number;
  }
  EXPECT_EQ(drawn(folder, kFromKeys), 0);
  EXPECT_EQ(drawn(folder, kFromKeys, {.output = (folder / "part").string(), .frames = "3-3"}), 1);
  EXPECT_TRUE(frame_of(folder / "part/test.3-3.mkv", 1).pixels ==
              frame_of(folder / "out/test.mkv", 3).pixels);
}

TEST(StylisingStage, AnotherPaintingDrawsAllAnewAndAnotherPlateFrameItsNeighbours) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  media::write_image(folder / "key.0002.png", square_at(6, {30, 60, 220, 255}));
  const auto& text = kFromKeys;
  EXPECT_EQ(drawn(folder, text), 6);
  media::write_image(folder / "plate.0005.png", square_at(12, {150, 90, 40, 255}));
  EXPECT_EQ(drawn(folder, text), 4);  // 3, 4 and 6 are averaged with 5.
  media::write_image(folder / "key.0002.png", square_at(6, {30, 220, 60, 255}));
  EXPECT_EQ(drawn(folder, text), 6);
}

TEST(StylisingStage, DrawsAShotWithTheGuideThatIsCarriedAlong) {
  const core::TemporaryFolder folder;
  write_plate(folder, 4);
  media::write_image(folder / "key.0002.png", square_at(6, {30, 60, 220, 255}));
  const auto text = kFromKeys + "guide = 0.5\n";
  EXPECT_EQ(drawn(folder, text), 4);
  media::write_image(folder / "plate.0004.png", square_at(11));
  EXPECT_EQ(drawn(folder, text), 3);  // Before 4 the guide is the same, but 2 and 3 are averaged with 4.
}

TEST(StylisingStage, DrawsAShotByAModel) {
  const core::TemporaryFolder folder;
  write_plate(folder, 3);
  train::KeyframePainter({.width = 8, .blocks = 1}).save(folder / "m.safetensors", "random");
  const auto text = kTop + kLossless + "[stylise]\nengine = \"model\"\nmodel = \"m.safetensors\"\n";
  EXPECT_EQ(drawn(folder, text), 3);
  const auto p = inside_of(frame_of(folder / "out/test.mkv", 2), 2);
  EXPECT_GT(p.r + p.g + p.b, 0.1f);
  train::KeyframePainter({.seed = 2, .width = 8, .blocks = 1}).save(folder / "m.safetensors", "another");
  EXPECT_EQ(drawn(folder, text), 3);
}

TEST(StylisingStage, BoilSmearAndCalmAreKeysOfTheShot) {
  const auto stylise = [](const std::string& keys) { return kTop + kLossless + "[stylise]\n" + keys; };
  const auto shot = parse_shot(stylise("boil = 0.6\nsmear = 0.5\nsmear_from = 2\ncalm = 2\n"), "test.toml");
  EXPECT_EQ(shot.stylise->effects.boil, 0.6);
  EXPECT_EQ(shot.stylise->effects.smear, 0.5);
  EXPECT_EQ(shot.stylise->effects.smear_from, 2);
  EXPECT_EQ(shot.stylise->effects.calm, 2);
  const core::TemporaryFolder folder;
  write_plate(folder, 4, 4);
  std::vector<std::vector<media::Rgba>> films;
  for (const char* keys : {"", "boil = 2\n", "smear = 1\nsmear_from = 1\n"}) {
    EXPECT_EQ(drawn(folder, stylise(keys)), 4);
    films.push_back(frame_of(folder / "out/test.mkv", 3).pixels);
  }
  EXPECT_FALSE(films[0] == films[1]);
  EXPECT_FALSE(films[0] == films[2]);
  EXPECT_EQ(drawn(folder, stylise("boil = 2\n"), {.output = (folder / "part").string(), .frames = "3-3"}), 1);
  EXPECT_TRUE(frame_of(folder / "part/test.3-3.mkv", 1).pixels == films[1]);
}

}  // namespace
}  // namespace sakuga::film
