// Sound under a shot: from a file or carried over from the plate, to the sample.
#include <gtest/gtest.h>

#include "sakuga/film/render.h"
#include "sakuga/film/test_shots.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/test_libav.h"

namespace sakuga::film {
namespace {

constexpr int64_t kSamples = 2000;  // Of a frame: 48,000 a second, 24 frames.

const std::string kDelivered = "[[deliver]]\nfile = \"test.mov\"\n";

RenderReport render_into(const core::TemporaryFolder& folder, const std::string& text,
                         RenderOptions options = {}) {
  options.output = (folder / "out").string();
  return render(shot_of(folder, text), options);
}

// The film holds exactly the samples of `all` from `first` on, under `frames` frames.
void expect_sound(const std::filesystem::path& film, const media::Sound& all, int64_t first, int64_t frames) {
  const auto sound = media::read_sound(film);
  EXPECT_NEAR(sound.start_s, 0, 1e-9);
  ASSERT_EQ(int64_t(sound.samples.size()), frames * kSamples);
  for (int64_t i = 0; i < frames * kSamples; ++i)
    ASSERT_EQ(sound.samples[size_t(i)], all.samples[size_t(first + i)]) << i;
}

TEST(RenderSound, AFileIsHeardFromTheFrameThatItIsAskedFrom) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  media::write_tone(folder / "tone.wav", 1);
  const auto all = media::read_sound(folder / "tone.wav");
  const auto text = kTop + kDelivered + "[audio]\nfile = \"tone.wav\"\nlicence = \"CC0-1.0\"\n";
  render_into(folder, text);
  expect_sound(folder / "out/test.mov", all, 0, 6);
  render_into(folder, text + "start = 5\n");
  expect_sound(folder / "out/test.mov", all, 5 * kSamples, 6);
}

TEST(RenderSound, APartOfTheFramesHasItsPartOfTheSound) {
  const core::TemporaryFolder folder;
  write_plate(folder, 6);
  media::write_tone(folder / "tone.wav", 1);
  render_into(folder, kTop + kDelivered + "[audio]\nfile = \"tone.wav\"\n", {.frames = "3-5"});
  expect_sound(folder / "out/test.3-5.mov", media::read_sound(folder / "tone.wav"), 2 * kSamples, 3);
}

// plate.mov of 8 frames with sound.
void write_film(const core::TemporaryFolder& folder, bool sound) {
  media::FrameWriteOptions options;
  if (sound) options.sound_from = folder / "tone.wav";
  const auto writer = media::FrameWriter::create(folder / "plate.mov", kWide, kHigh, options);
  for (int i = 0; i < 8; ++i) writer->write(media::to_image(square_at(4 + 2 * i)));
  writer->close();
}

// The shot with that film for its plate, and `more` keys of it.
std::string with_film(const std::string& more) {
  auto text = kTop;
  const std::string sequence = "file = \"plate.%04d.png\"\n";
  return text.replace(text.find(sequence), sequence.size(), "file = \"plate.mov\"\n" + more) + kDelivered;
}

TEST(RenderSound, ThePlatesIsCarriedOverFromItsFirstFrameOn) {
  const core::TemporaryFolder folder;
  write_plate(folder, 1);
  media::write_tone(folder / "tone.wav", 1);
  write_film(folder, true);
  const auto all = media::read_sound(folder / "tone.wav");
  render_into(folder, "frames = 4\n" + with_film("first = 3\n") + "[audio]\n");
  expect_sound(folder / "out/test.mov", all, 2 * kSamples, 4);
  render_into(folder, "frames = 4\n" + with_film("first = 3\n") + "[audio]\nstart = 1\n", {.frames = "2-3"});
  expect_sound(folder / "out/test.2-3.mov", all, 4 * kSamples, 2);
}

TEST(RenderSound, ASilentPlateGivesASilentFilmAndAMissingFileIsNamed) {
  const core::TemporaryFolder folder;
  write_plate(folder, 2);
  write_film(folder, false);
  render_into(folder, with_film("") + "[audio]\n");
  EXPECT_FALSE(media::FrameReader::open(folder / "out/test.mov")->info().sound);
  core::expect_error(core::ErrorKind::NotFound, "none.wav",
                     [&] { render_into(folder, kTop + kDelivered + "[audio]\nfile = \"none.wav\"\n"); });
}

}  // namespace
}  // namespace sakuga::film
