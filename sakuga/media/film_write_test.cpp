#include <malloc.h>

#include <sys/resource.h>

#include <csignal>

#include "sakuga/core/files.h"
#include "sakuga/media/test_films.h"

namespace sakuga::media {
namespace {

TEST(FrameWriter, KeepsColoursOfEveryFilmNearTheirOwn) {
  const TemporaryFolder folder;
  const struct {
    const char* name;
    FrameWriteOptions options;
    double tolerance;
    const char* format;
  } films[] = {
      {"a.mp4", {.crf = 8}, 0.012, "h264 yuv420p"},
      {"b.mkv", {.codec = "h264", .bits = 10, .crf = 8}, 0.008, "h264 yuv420p10le"},
      {"c.mp4", {.codec = "h265", .crf = 8}, 0.008, "hevc yuv420p10le"},
      {"d.mov", {.codec = "h265", .bits = 8, .crf = 8}, 0.012, "hevc yuv420p"},
      {"e.mov", {.alpha = false}, 0.003, "prores yuv444p12le"},
      {"f.mkv", {}, 1e-4, "ffv1 gbrap16le"},
      {"g.mkv", {.alpha = false}, 1e-4, "ffv1 gbrp16le"},
      {"h.mkv", {.bits = 8}, 0.002, "ffv1 bgra"},
      {"i.mkv", {.alpha = false, .bits = 8}, 0.002, "ffv1 bgr0"},
  };
  for (const auto& film : films) {
    write_waves(folder / film.name, 64, 48, 5, film.options);
    const auto reader = FrameReader::open(folder / film.name);
    EXPECT_EQ(reader->info().format, film.format);
    EXPECT_EQ(reader->info().count, 5) << film.name;
    EXPECT_FALSE(reader->info().variable_rate) << film.name;
    EXPECT_FALSE(reader->info().colour.assumed) << film.name;
    Image frame;
    for (int64_t i = 0; i < 5; ++i) {
      ASSERT_TRUE(reader->read(frame)) << film.name << i;
      EXPECT_EQ(reader->number(), i + 1);
      const Difference difference = mean_difference(frame, wave(64, 48, i));
      EXPECT_LT(difference.colour, film.tolerance) << film.name << i;
      EXPECT_EQ(difference.alpha, 0) << film.name << i;
    }
    EXPECT_FALSE(reader->read(frame));
  }
}

TEST(FrameWriter, KeepsAlphaThroughARoundTrip) {
  const TemporaryFolder folder;
  const struct {
    const char* name;
    FrameWriteOptions options;
    double worst;
  } films[] = {{"a.mov", {}, 0.03}, {"b.mkv", {}, 1e-5}, {"c.mkv", {.bits = 8}, 0.5 / 255 + 1e-5}};
  for (const auto& film : films) {
    write_waves(folder / film.name, 64, 48, 3, film.options, true);
    const auto reader = FrameReader::open(folder / film.name);
    EXPECT_TRUE(reader->info().alpha) << film.name;
    Image frame;
    for (int64_t i = 0; i < 3; ++i) {
      ASSERT_TRUE(reader->read(frame));
      const Image truth = wave(64, 48, i, true);
      EXPECT_LT(worst_difference(frame, truth), film.worst) << film.name;
      EXPECT_LT(mean_difference(frame, truth).alpha, 0.0003 + film.worst / 2) << film.name;
    }
  }
}

TEST(FrameWriter, StatesMatrixRangePrimariesAndTransfer) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "b.mov"}) {
    write_waves(folder / name, 64, 48, 2, {});
    const ColourTags colour = FrameReader::open(folder / name)->info().colour;
    EXPECT_EQ(colour.matrix, "bt709") << name;
    EXPECT_EQ(colour.range, "tv") << name;
    EXPECT_EQ(colour.primaries, "bt709") << name;
    EXPECT_EQ(colour.transfer, "bt709") << name;
    EXPECT_FALSE(colour.assumed);
  }
  write_waves(folder / "c.mkv", 64, 48, 2, {});
  const ColourTags colour = FrameReader::open(folder / "c.mkv")->info().colour;
  EXPECT_EQ(colour.matrix, "gbr");
  EXPECT_EQ(colour.range, "pc");
  EXPECT_EQ(colour.transfer, "iec61966-2-1");
}

TEST(FrameWriter, KeepsTheRateExactly) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "a.mkv", "a.mov"}) {
    for (const Rate rate : {Rate{24000, 1001}, Rate{12, 1}, Rate{30000, 1001}}) {
      write_waves(folder / name, 32, 32, 8, {.rate = rate});
      const FramesInfo info = FrameReader::open(folder / name)->info();
      EXPECT_EQ(info.rate, rate) << name << rate_text(info.rate) << " for " << rate_text(rate);
      EXPECT_FALSE(info.variable_rate) << name << rate_text(rate);
      EXPECT_EQ(info.start_s, 0) << name;
    }
  }
}

TEST(FrameWriter, KeepsTexts) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "b.mov", "c.mkv"}) {
    write_waves(folder / name, 32, 32, 2,
                {.comment = "seed 3 – 作画", .metadata = {{"sakuga", "{\"licence\":\"CC0-1.0\"}"}}});
    Metadata texts;
    const auto reader = FrameReader::open(folder / name);
    for (const auto& [key, text] : reader->info().metadata) {
      std::string small = key;  // Matroska writes keys in capitals.
      for (char& letter : small) letter = char(std::tolower(letter));
      texts[small] = text;
    }
    EXPECT_EQ(texts["comment"], "seed 3 – 作画") << name;
    EXPECT_EQ(texts["sakuga"], "{\"licence\":\"CC0-1.0\"}") << name;
  }
}

// New memory is full of a number, another for the second film: an encoder that reads what it has not written
// is found out.
TEST(FrameWriter, GivesTheSameBytesForTheSameFrames) {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> films[] = {
      {".mp4", "h264"}, {".mov", "h265"}, {".mkv", "ffv1"}, {".mov", "prores4444"}};
  for (const auto& [extension, codec] : films) {
    const auto first = folder / (std::string("a") + extension),
               second = folder / (std::string("b") + extension);
    for (const int width : {64, 160}) {
      ::mallopt(M_PERTURB, 85);
      write_waves(first, width, 64, 8, {.codec = codec});
      ::mallopt(M_PERTURB, 170);
      write_waves(second, width, 64, 8, {.codec = codec});
      ::mallopt(M_PERTURB, 0);
      EXPECT_EQ(core::read_file(first), core::read_file(second)) << codec << " " << width;
    }
  }
}

TEST(FrameWriter, AFasterPresetWritesTheSameFilmLarger) {
  const TemporaryFolder folder;
  write_waves(folder / "slow.mp4", 96, 64, 8, {.crf = 10, .preset = "slow"});
  write_waves(folder / "fast.mp4", 96, 64, 8, {.crf = 10, .preset = "ultrafast"});
  EXPECT_GT(fs::file_size(folder / "fast.mp4"), fs::file_size(folder / "slow.mp4"));
  const auto slow = read_all(folder / "slow.mp4"), fast = read_all(folder / "fast.mp4");
  EXPECT_LT(mean_difference(slow.at(7), fast.at(7)).colour, 0.01);
  expect_error(ErrorKind::BadRequest, "did you mean",
               [&] { write_waves(folder / "x.mp4", 96, 64, 1, {.preset = "veryfats"}); });
}

TEST(FrameWriter, TakesOddSizesWhereTheCodecDoes) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mkv", "b.mov"}) {
    write_waves(folder / name, 33, 17, 3, {}, true);
    const std::vector<Image> frames = read_all(folder / name);
    ASSERT_EQ(frames.size(), 3u) << name;
    EXPECT_EQ(frames[0].width, 33);
    EXPECT_EQ(frames[0].height, 17);
    EXPECT_LT(mean_difference(frames[2], wave(33, 17, 2, true)).colour, 0.006) << name;
  }
}

TEST(FrameWriter, PadsOddSizesIfAsked) {
  const TemporaryFolder folder;
  write_waves(folder / "a.mp4", 33, 17, 3, {.crf = 4, .pad = true});
  const std::vector<Image> frames = read_all(folder / "a.mp4");
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].width, 34);
  EXPECT_EQ(frames[0].height, 18);
  const Image truth = wave(33, 17, 0);
  EXPECT_NEAR(frames[0].pixels[34 * 18 - 1].g, truth.pixels.back().g, 0.05);
}

TEST(FrameWriter, ConvertsLinearLight) {
  const TemporaryFolder folder;
  Image linear(16, 16, Transfer::Linear);
  for (Rgba& pixel : linear.pixels) pixel = {.r = 0.2140411f, .g = 0.0f, .b = 1.0f, .a = 0.25f};
  const auto writer = FrameWriter::create(folder / "a.mkv", 16, 16);
  writer->write(linear);
  writer->close();
  const Image frame = read_all(folder / "a.mkv").at(0);
  EXPECT_EQ(frame.transfer, Transfer::Srgb);
  EXPECT_NEAR(frame.pixels[0].r, 0.5f, 1e-4);
  EXPECT_NEAR(frame.pixels[0].b, 1, 1e-4);
  EXPECT_NEAR(frame.pixels[0].a, 0.25f, 1e-4);
}

TEST(FrameWriter, LeavesNothingWithoutClose) {
  const TemporaryFolder folder;
  core::write_file(folder / "a.mp4", std::string("the old film"));
  {
    const auto writer = FrameWriter::create(folder / "a.mp4", 16, 16);
    writer->write(wave(16, 16, 0));
  }
  EXPECT_EQ(core::read_text(folder / "a.mp4"), "the old film");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(FrameWriter, LeavesNothingWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const rlimit limit{.rlim_cur = 500, .rlim_max = old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  for (const char* name : {"a.mp4", "a.mkv", "a.mov", "a.%d.png", "a.%d.exr"}) {
    expect_error(ErrorKind::BadRequest, "the disk is full",
                 [&] { write_waves(folder / name, 64, 64, 12, {.crf = 0}); });
  }
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(is_empty(folder));
}

TEST(FrameWriter, RefusesWhatACodecCannotHave) {
  const TemporaryFolder folder;
  const auto open = [&](const char* name, const FrameWriteOptions& options, int width = 32, int height = 32) {
    return [=, &folder] { FrameWriter::create(folder / name, width, height, options); };
  };
  const auto bad = ErrorKind::BadRequest;
  expect_error(bad, "even", open("a.mp4", {}, 33, 32));
  expect_error(bad, "even", open("a.mp4", {.codec = "h265"}, 32, 33));
  expect_error(bad, "expected a size", open("a.mp4", {}, 0, 32));
  expect_error(bad, "expected a size", open("a.mp4", {}, 32, 20000));
  expect_error(bad, "frame rate", open("a.mp4", {.rate = {0, 1}}));
  expect_error(bad, "crf", open("a.mp4", {.crf = 52}));
  expect_error(bad, "expected a name that ends in", open("a.gif", {}));
  expect_error(bad, "no extension", open("a", {}));
  expect_error(bad, "ends in .mkv", open("a.mp4", {.codec = "ffv1"}));
  expect_error(bad, "expected the codec", open("a.mp4", {.codec = "divx"}));
  expect_error(bad, "has no 12 bits", open("a.mp4", {.bits = 12}));
  expect_error(bad, "is a folder", open("", {}));
  expect_error(ErrorKind::NotFound, "does not exist", open("no/a.mp4", {}));
  // Nothing can be made there, not even by the superuser.
  expect_error(bad, "cannot open /proc/a.mp4", [] { FrameWriter::create("/proc/a.mp4", 32, 32); });
  EXPECT_TRUE(is_empty(folder));
}

TEST(FrameWriter, RefusesOtherFramesAndUseAfterClose) {
  const TemporaryFolder folder;
  const auto writer = FrameWriter::create(folder / "a.mp4", 16, 16);
  expect_error(ErrorKind::BadRequest, "at least one frame", [&] { writer->close(); });
  expect_error(ErrorKind::BadRequest, "expected frames of 16x16", [&] { writer->write(wave(18, 16, 0)); });
  expect_error(ErrorKind::BadRequest, "frame 1 is not opaque", [&] { writer->write(wave(16, 16, 0, true)); });
  writer->write(wave(16, 16, 0));
  writer->close();
  expect_error(ErrorKind::BadRequest, "closed", [&] { writer->write(wave(16, 16, 0)); });
  expect_error(ErrorKind::BadRequest, "closed", [&] { writer->close(); });
  EXPECT_TRUE(fs::exists(folder / "a.mp4"));
}

}  // namespace
}  // namespace sakuga::media
