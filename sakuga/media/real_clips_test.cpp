#include "sakuga/media/test_films.h"
#include "sakuga/media/test_libav.h"

namespace sakuga::media {
namespace {

const fs::path kClips = SAKUGA_SOURCE_DIR "/../shared/data/clips";

// Counts as ffprobe gives them.
TEST(RealClips, AreDescribedRightly) {
  if (!fs::exists(kClips)) GTEST_SKIP() << "needs " << kClips;
  const struct {
    const char* name;
    int width, height;
    int64_t count;
    Rate rate;
    bool sound;
    const char* matrix;
  } clips[] = {{"green_girl_turning.mp4", 560, 560, 145, {24, 1}, true, "smpte170m"},
               {"green_man_head.mp4", 512, 512, 78, {25, 1}, false, "smpte170m"},
               {"scene_dance.avi", 1280, 720, 205, {50, 1}, true, "bt709"},
               {"yellow_wall_man.mp4", 320, 192, 1465, {60000, 1001}, true, "smpte170m"}};
  for (const auto& clip : clips) {
    const auto reader = FrameReader::open(kClips / clip.name);
    const FramesInfo& info = reader->info();
    EXPECT_EQ(info.width, clip.width) << clip.name;
    EXPECT_EQ(info.height, clip.height) << clip.name;
    EXPECT_EQ(info.count, clip.count) << clip.name;
    EXPECT_EQ(info.rate, clip.rate) << clip.name;
    EXPECT_EQ(info.sound, clip.sound) << clip.name;
    EXPECT_EQ(info.colour.matrix, clip.matrix) << clip.name;
    EXPECT_FALSE(info.variable_rate) << clip.name;
  }
}

TEST(RealClips, GiveTheSameFrameByReadingAndBySeeking) {
  if (!fs::exists(kClips)) GTEST_SKIP() << "needs " << kClips;
  const auto reader = FrameReader::open(kClips / "green_man_head.mp4");
  Image read, sought;
  for (int i = 0; i < 61; ++i) ASSERT_TRUE(reader->read(read));
  reader->seek(3);
  ASSERT_TRUE(reader->read(sought));
  EXPECT_GT(worst_difference(read, sought), 0.05);  // The head moves.
  reader->seek(61);
  ASSERT_TRUE(reader->read(sought));
  EXPECT_EQ(worst_difference(read, sought), 0);
}

TEST(RealClips, KeepTheirSoundInANewFilm) {
  if (!fs::exists(kClips)) GTEST_SKIP() << "needs " << kClips;
  const TemporaryFolder folder;
  const fs::path clip = kClips / "green_girl_turning.mp4";
  write_waves(folder / "a.mov", 32, 32, 145, {.codec = "h264", .sound_from = clip});
  const Sound before = read_sound(clip), after = read_sound(folder / "a.mov");
  EXPECT_GT(before.samples.size(), 200'000u);
  EXPECT_EQ(before.samples, after.samples);
  EXPECT_NEAR(before.start_s, after.start_s, 1e-6);
}

}  // namespace
}  // namespace sakuga::media
