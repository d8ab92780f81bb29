#include "sakuga/media/test_films.h"
#include "sakuga/media/test_libav.h"

namespace sakuga::media {
namespace {

// The samples must be the same ones, at the same time beside the frames, to within `late_s`.
void expect_same_sound(const fs::path& from, const fs::path& to, double late_s) {
  const Sound before = read_sound(from);
  Sound after = read_sound(to);
  ASSERT_FALSE(before.samples.empty());
  // libav plays what an encoder put before the sound if it comes from Matroska, before the film's time 0.
  const auto early = std::ptrdiff_t(after.samples.size()) - std::ptrdiff_t(before.samples.size());
  ASSERT_GE(early, 0) << to;
  after.samples.erase(after.samples.begin(), after.samples.begin() + early);
  after.start_s += double(early) / after.rate;
  EXPECT_EQ(before.samples, after.samples) << to;
  EXPECT_NEAR(before.start_s, after.start_s, late_s) << to;
}

TEST(SoundCopy, KeepsEverySampleAtItsTime) {
  const TemporaryFolder folder;
  write_tone(folder / "tone.wav", 1.25);
  for (const char* name : {"a.mkv", "a.mov"}) {
    write_waves(folder / name, 32, 32, 24, {.sound_from = folder / "tone.wav"});
    EXPECT_TRUE(FrameReader::open(folder / name)->info().sound);
    expect_same_sound(folder / "tone.wav", folder / name, 1e-6);
    EXPECT_EQ(read_all(folder / name).size(), 24u) << name;
  }
}

TEST(SoundCopy, KeepsThePrimingOfCompressedSound) {
  const TemporaryFolder folder;
  write_tone(folder / "tone.m4a", 1.25, "aac");
  for (const char* name : {"a.mp4", "a.mov", "a.mkv"}) {
    write_waves(folder / name, 32, 32, 24, {.codec = "h264", .sound_from = folder / "tone.m4a"});
    // Matroska counts in milliseconds.
    expect_same_sound(folder / "tone.m4a", folder / name, 0.0011);
    EXPECT_EQ(FrameReader::open(folder / name)->info().start_s, 0) << name;
  }
  // And from a film to the next.
  write_waves(folder / "b.mov", 32, 32, 24, {.sound_from = folder / "a.mp4"});
  expect_same_sound(folder / "tone.m4a", folder / "b.mov", 0.0011);
}

TEST(SoundCopy, BeginsWhereTheFramesDo) {
  const TemporaryFolder folder;
  write_tone(folder / "tone.wav", 2);
  write_waves(folder / "a.mov", 32, 32, 12,
              {.sound_from = folder / "tone.wav", .sound_start_s = 0.5, .sound_length_s = 0.5});
  const Sound all = read_sound(folder / "tone.wav"), part = read_sound(folder / "a.mov");
  ASSERT_FALSE(part.samples.empty());
  EXPECT_NEAR(part.start_s, 0, 1.0 / 48000);
  EXPECT_EQ(part.samples.size(), 24000u);
  for (size_t i = 0; i < part.samples.size(); ++i) ASSERT_EQ(part.samples[i], all.samples[i + 24000]) << i;
}

TEST(SoundCopy, CopiesNothingFromASilentFilm) {
  const TemporaryFolder folder;
  write_waves(folder / "a.mkv", 32, 32, 3, {});
  write_waves(folder / "b.mkv", 32, 32, 3, {.sound_from = folder / "a.mkv"});
  EXPECT_FALSE(FrameReader::open(folder / "b.mkv")->info().sound);
}

TEST(SoundCopy, NamesASoundThatTheContainerCannotHold) {
  const TemporaryFolder folder;
  write_tone(folder / "tone.wav", 0.2);
  expect_error(ErrorKind::Unsupported, "cannot hold sound in pcm_s16le",
               [&] { write_waves(folder / "a.mp4", 32, 32, 3, {.sound_from = folder / "tone.wav"}); });
  expect_error(ErrorKind::NotFound, "there is no file",
               [&] { write_waves(folder / "a.mp4", 32, 32, 3, {.sound_from = folder / "no.wav"}); });
  EXPECT_FALSE(fs::exists(folder / "a.mp4"));
}

}  // namespace
}  // namespace sakuga::media
