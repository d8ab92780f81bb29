#include "sakuga/film/stylise.h"

#include <gtest/gtest.h>

#include <set>

#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/film/key_files.h"

namespace sakuga::film {
namespace {

using core::ErrorKind;
using core::expect_error;
using core::TemporaryFolder;

// A disc that moves by two pixels every `every` frames, before a ramp.
media::Image8 plate_frame(int index, int every = 1) {
  media::Image8 image(32, 32, 3);
  const int centre = 8 + 2 * (index / every);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x) {
      const bool inside = (x - centre) * (x - centre) + (y - 16) * (y - 16) < 50;
      uint8_t* p = image.at(x, y);
      p[0] = inside ? 230 : 40;
      p[1] = inside ? 90 : uint8_t(6 * x);
      p[2] = inside ? 50 : 150;
    }
  return image;
}

media::Image8 painted(media::Image8 image) {
  for (auto& byte : image.bytes) byte = uint8_t(255 - byte);
  return image;
}

std::string name_of(const char* stem, int number) {
  return fmt::format("{}.{:06d}.png", stem, number);
}

// Six frames numbered from 11, and the painting of number 12.
void write_shot(const TemporaryFolder& folder, int every = 1) {
  for (const char* name : {"plate", "keys", "out"}) std::filesystem::create_directories(folder / name);
  for (int i = 0; i < 6; ++i)
    media::write_image(folder / "plate" / name_of("p", 11 + i), plate_frame(i, every));
  media::write_image(folder / "keys" / name_of("k", 12), painted(plate_frame(1, every)));
}

StyliseRequest request(const TemporaryFolder& folder, int64_t steps = 30) {
  StyliseRequest made{.plate = folder / "plate" / "p.%06d.png", .output = folder / "out" / "o.%06d.png"};
  made.keys = {(folder / "keys" / "*.png").string()};
  made.options.training = {.steps = steps, .batch = 2, .patch = 16, .rate = 4e-3, .width = 8, .blocks = 1};
  return made;
}

std::vector<std::byte> drawn(const TemporaryFolder& folder, int number) {
  return core::read_file(folder / "out" / name_of("o", number));
}

TEST(Stylise, DrawsEveryFrameUnderThePlatesNumbers) {
  const TemporaryFolder folder;
  write_shot(folder);
  const auto report = stylise(request(folder));
  EXPECT_EQ(report.frames, 6);
  EXPECT_EQ(report.drawings, 6);
  for (int i = 11; i <= 16; ++i) EXPECT_TRUE(std::filesystem::exists(folder / "out" / name_of("o", i)));
}

TEST(Stylise, GoesOnAfterAKillAndEndsWithTheSameBytes) {
  const TemporaryFolder folder;
  write_shot(folder);
  stylise(request(folder));
  std::vector<std::vector<std::byte>> whole;
  for (int i = 11; i <= 16; ++i) whole.push_back(drawn(folder, i));
  for (int i = 14; i <= 16; ++i) std::filesystem::remove(folder / "out" / name_of("o", i));
  const auto again = stylise(request(folder));
  EXPECT_EQ(again.reused, 3);
  EXPECT_EQ(again.drawings, 5);  // Two are only there to be averaged with.
  for (int i = 11; i <= 16; ++i) EXPECT_EQ(drawn(folder, i), whole[size_t(i - 11)]) << i;
  EXPECT_EQ(stylise(request(folder)).drawings, 0);
}

TEST(Stylise, AChangedKeyDrawsAnew) {
  const TemporaryFolder folder;
  write_shot(folder);
  stylise(request(folder));
  const auto before = drawn(folder, 15);
  media::write_image(folder / "keys" / name_of("k", 12), plate_frame(1));
  EXPECT_EQ(stylise(request(folder)).drawings, 6);
  EXPECT_NE(drawn(folder, 15), before);
}

TEST(Stylise, HeldFramesAreTheSameFile) {
  const TemporaryFolder folder;
  write_shot(folder);
  auto on_twos = request(folder);
  on_twos.options.engine = "classic";
  on_twos.keys = {};
  on_twos.options.cadence.on = "2";
  on_twos.options.effects.boil = 0.5;
  EXPECT_EQ(stylise(on_twos).drawings, 3);
  for (int i = 11; i <= 16; i += 2) EXPECT_EQ(drawn(folder, i), drawn(folder, i + 1));
  EXPECT_NE(drawn(folder, 11), drawn(folder, 13));
}

TEST(Stylise, AHoldThatAKillCutIsTheSameAfterwards) {
  const TemporaryFolder folder;
  write_shot(folder, 3);
  auto held = request(folder);
  held.options.engine = "classic";
  held.keys = {};
  held.options.cadence.on = "auto";
  EXPECT_EQ(stylise(held).drawings, 2);
  const auto first = drawn(folder, 11);
  for (int i = 12; i <= 16; ++i) std::filesystem::remove(folder / "out" / name_of("o", i));
  EXPECT_EQ(stylise(held).reused, 1);
  EXPECT_EQ(drawn(folder, 12), first);
  EXPECT_EQ(drawn(folder, 13), first);
  EXPECT_NE(drawn(folder, 14), first);
}

TEST(Stylise, TheMatteBecomesTheAlpha) {
  const TemporaryFolder folder;
  write_shot(folder);
  std::filesystem::create_directories(folder / "matte");
  for (int i = 11; i <= 16; ++i) {
    media::Image8 matte(32, 32, 1);
    for (int y = 0; y < 32; ++y)
      for (int x = 16; x < 32; ++x) *matte.at(x, y) = 255;
    media::write_image(folder / "matte" / name_of("m", i), matte);
  }
  auto masked = request(folder, 3);
  masked.matte = folder / "matte" / "m.%06d.png";
  stylise(masked);
  const auto picture = media::read_image8(folder / "out" / name_of("o", 13));
  ASSERT_EQ(picture.channels, 4);
  EXPECT_EQ(picture.at(4, 4)[3], 0);
  EXPECT_EQ(picture.at(20, 4)[3], 255);
  std::filesystem::remove(folder / "matte" / name_of("m", 16));
  expect_error(ErrorKind::BadRequest, "matte", [&] { stylise(masked); });
}

TEST(Stylise, PreviewOnlyWritesFrameOneAndStops) {
  const TemporaryFolder folder;
  write_shot(folder);
  auto quick = request(folder, 5);
  quick.preview_only = true;
  const auto report = stylise(quick);
  EXPECT_TRUE(std::filesystem::exists(report.preview));
  EXPECT_EQ(report.frames, 0);
}

TEST(Stylise, APaintersModelDrawsAsAnEngine) {
  const TemporaryFolder folder;
  write_shot(folder);
  stylise(request(folder, 5));
  auto other = request(folder);
  other.options.engine = "model";
  other.keys = {};
  other.model = folder / "out" / "o.stylise" / "model.safetensors";
  EXPECT_EQ(stylise(other).drawings, 6);
  other.model = "";
  expect_error(ErrorKind::BadRequest, "--model", [&] { stylise(other); });
}

TEST(Stylise, SaysWhatIsWrongWithKeys) {
  const TemporaryFolder folder;
  write_shot(folder);
  auto asked = request(folder);
  asked.keys = {};
  expect_error(ErrorKind::BadRequest, "no painted frames", [&] { stylise(asked); });
  asked.keys = {(folder / "nothing" / "*.png").string()};
  expect_error(ErrorKind::NotFound, "no painted frame", [&] { stylise(asked); });
  const auto bad = [&](const std::string& name, const media::Image8& picture, const std::string& message) {
    media::write_image(folder / name, picture);
    asked.keys = {(folder / name).string()};
    expect_error(ErrorKind::BadRequest, message, [&] { stylise(asked); });
  };
  bad("key.png", plate_frame(0), "to end in the plate's frame number");
  bad("key.000099.png", plate_frame(0), "the plate has frames 11 to 16");
  bad("key.000013.png", media::Image8(30, 32, 3), "is 30x32, but the plate is 32x32");
  asked.keys = {(folder / "keys" / "*.png").string(), (folder / "keys" / "*.png").string()};
  expect_error(ErrorKind::BadRequest, "of the same frame", [&] { stylise(asked); });
  asked.keys.assign(kMostKeys + 1, (folder / "keys" / "*.png").string());
  expect_error(ErrorKind::BadRequest, "expected at most", [&] { stylise(asked); });
}

TEST(Stylise, RefusesToReplaceWhatItReads) {
  const TemporaryFolder folder;
  write_shot(folder);
  auto asked = request(folder);
  asked.output = asked.plate;
  expect_error(ErrorKind::BadRequest, "would replace", [&] { stylise(asked); });
  asked.plate = folder / "plate";
  expect_error(ErrorKind::BadRequest, "would replace", [&] { stylise(asked); });
  asked = request(folder);
  asked.output = folder / "keys" / "k.%06d.png";
  expect_error(ErrorKind::BadRequest, "would replace the painted frame", [&] { stylise(asked); });
  asked = request(folder);
  asked.options.engine = "classic";
  expect_error(ErrorKind::BadRequest, "are for engine", [&] { stylise(asked); });
}

TEST(SuggestKeys, WritesFramesOfThePlateUnderTheirNumbers) {
  const TemporaryFolder folder;
  write_shot(folder, 3);
  const auto files = suggest_keys(folder / "plate" / "p.%06d.png", {}, 2, folder / "paint");
  ASSERT_EQ(files.size(), 2u);
  EXPECT_EQ(media::frame_number_of(files[0]), 11);
  EXPECT_EQ(media::read_image8(files[0]).bytes, plate_frame(0).bytes);
  EXPECT_EQ(media::frame_number_of(files[1]), 14);
  expect_error(ErrorKind::BadRequest, "suggest keys",
               [&] { suggest_keys(folder / "plate", {}, 0, folder / "paint"); });
}

}  // namespace
}  // namespace sakuga::film
