#include "sakuga/core/files.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/test_films.h"

namespace sakuga::media {
namespace {

TEST(Sequence, KeepsItsNumbers) {
  const TemporaryFolder folder;
  for (const char* name : {"a.%06d.png", "a.%d.exr", "a.%04d.tif"}) {
    write_waves(folder / name, 20, 10, 12, {.first_number = 95}, true);
    const auto reader = FrameReader::open(folder / name);
    EXPECT_EQ(reader->info().first_number, 95);
    EXPECT_EQ(reader->info().count, 12);
    EXPECT_EQ(reader->info().bits, 16);
    EXPECT_TRUE(reader->info().alpha);
    Image frame;
    for (int64_t i = 0; i < 12; ++i) {
      ASSERT_TRUE(reader->read(frame));
      EXPECT_EQ(reader->number(), 95 + i);
      EXPECT_LT(mean_difference(converted(frame, Transfer::Srgb), wave(20, 10, i, true)).alpha, 1e-3) << name;
    }
    EXPECT_FALSE(reader->read(frame));
  }
  EXPECT_TRUE(fs::exists(folder / "a.000095.png"));
  EXPECT_TRUE(fs::exists(folder / "a.100.exr"));
  EXPECT_TRUE(fs::exists(folder / "a.0106.tif"));
}

TEST(Sequence, KeepsSixteenBitsAndHalfFloats) {
  const TemporaryFolder folder;
  Image film(3, 1, Transfer::Linear);
  film.pixels = {{.r = 4, .g = 0.18f, .b = 0.001f, .a = 1}, {.r = 0.5f, .g = 0, .b = 0, .a = 0.25f}, {}};
  const auto exr = FrameWriter::create(folder / "a.%d.exr", 3, 1);
  exr->write(film);
  exr->close();
  const auto reader = FrameReader::open(folder / "a.%d.exr");
  EXPECT_TRUE(reader->info().floating);
  Image frame;
  ASSERT_TRUE(reader->read(frame));
  EXPECT_EQ(frame.transfer, Transfer::Linear);
  EXPECT_LT(worst_difference(frame, film), 1e-3);

  Image srgb(1, 1);
  srgb.pixels[0] = {.r = 12345 / 65535.0f, .g = 1 / 65535.0f, .b = 0.5f, .a = 1};
  const auto png = FrameWriter::create(folder / "b.%d.png", 1, 1);
  png->write(srgb);
  png->close();
  EXPECT_LT(worst_difference(read_all(folder / "b.%d.png").at(0), srgb), 0.6 / 65535);
}

TEST(Sequence, ReadsARangeAndSeeks) {
  const TemporaryFolder folder;
  write_waves(folder / "a.%03d.png", 8, 8, 10, {.first_number = 0});
  const auto reader = FrameReader::open(folder / "a.%03d.png", {.first = 3, .last = 6});
  EXPECT_EQ(reader->info().first_number, 3);
  EXPECT_EQ(reader->info().count, 4);
  EXPECT_LT(reader->number(), 3);
  reader->seek(5);
  Image frame;
  ASSERT_TRUE(reader->read(frame));
  EXPECT_EQ(reader->number(), 5);
  EXPECT_LT(worst_difference(frame, wave(8, 8, 5)), 1e-4);
  expect_error(ErrorKind::BadRequest, "from 3 to 6, got 7", [&] { reader->seek(7); });
}

TEST(Sequence, NamesAMissingFrame) {
  const TemporaryFolder folder;
  write_waves(folder / "a.%03d.png", 8, 8, 10, {});
  fs::remove(folder / "a.004.png");
  fs::remove(folder / "a.007.png");
  expect_error(ErrorKind::NotFound, "a.004.png is missing, and 1 more",
               [&] { FrameReader::open(folder / "a.%03d.png"); });
  expect_error(ErrorKind::NotFound, "a.007.png is missing",
               [&] { FrameReader::open(folder / "a.%03d.png", {.first = 5}); });
  EXPECT_EQ(read_all(folder / "a.%03d.png", {.first = 5, .last = 6}).size(), 2u);
  expect_error(ErrorKind::BadRequest, "expected frames from 1 to 10",
               [&] { FrameReader::open(folder / "a.%03d.png", {.last = 11}); });
}

TEST(Sequence, NamesTheFrameOfAnotherSize) {
  const TemporaryFolder folder;
  write_waves(folder / "a.%d.png", 8, 8, 3, {});
  write_waves(folder / "a.2.png", 9, 8, 1, {});
  const auto reader = FrameReader::open(folder / "a.%d.png");
  Image frame;
  ASSERT_TRUE(reader->read(frame));
  expect_error(ErrorKind::CorruptInput, "a.2.png: expected 8x8 as in the frame 1, got 9x8",
               [&] { reader->read(frame); });
}

TEST(Sequence, IsFoundInAFolder) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::NotFound, "holds no numbered pictures", [&] { FrameReader::open(folder.path()); });
  write_waves(folder / "plate.%06d.png", 8, 8, 3, {.first_number = 7});
  folder.write("notes.txt", "take 3");
  EXPECT_EQ(FrameReader::open(folder.path())->info().first_number, 7);
  write_waves(folder / "key.%d.png", 8, 8, 2, {.first_number = 9});
  expect_error(ErrorKind::BadRequest, "several sequences", [&] { FrameReader::open(folder.path()); });
  EXPECT_EQ(FrameReader::open(folder / "key.%d.png")->info().count, 2);
}

TEST(Sequence, CountsWithoutPaddingInAFolder) {
  const TemporaryFolder folder;
  write_waves(folder / "a.%d.png", 8, 8, 5, {.first_number = 8});
  EXPECT_EQ(FrameReader::open(folder.path())->info().count, 5);
}

TEST(Sequence, RefusesPatternsWithoutOneNumber) {
  const TemporaryFolder folder;
  for (const char* name : {"a.%s.png", "a.%.png", "a.%6d.png", "a.%d.%d.png", "a.%00d.png", "a%"}) {
    expect_error(ErrorKind::BadRequest, "expected one number such as %06d",
                 [&] { FrameReader::open(folder / name); });
  }
  expect_error(ErrorKind::NotFound, "no file of the sequence",
               [&] { FrameReader::open(folder / "a.%d.png"); });
  expect_error(ErrorKind::NotFound, "there is no folder", [&] { FrameReader::open(folder / "no/a.%d.png"); });
}

TEST(Sequence, RefusesWhatItsFormatCannotHave) {
  const TemporaryFolder folder;
  const auto create = [&](const char* name, const FrameWriteOptions& options) {
    return [=, &folder] { FrameWriter::create(folder / name, 8, 8, options); };
  };
  expect_error(ErrorKind::BadRequest, "expected .png", create("a.%d.gif", {}));
  expect_error(ErrorKind::BadRequest, "has no codec h264", create("a.%d.png", {.codec = "h264"}));
  expect_error(ErrorKind::BadRequest, "has no 8 bits", create("a.%d.exr", {.bits = 8}));
  expect_error(ErrorKind::BadRequest, "numbers from 0 on", create("a.%d.png", {.first_number = -1}));
  expect_error(ErrorKind::BadRequest, "alpha was not asked for",
               [&] { write_waves(folder / "a.%d.png", 8, 8, 1, {.alpha = false}, true); });
  expect_error(ErrorKind::BadRequest, "at least one frame",
               [&] { write_waves(folder / "a.%d.png", 8, 8, 0, {}); });
  const auto writer = FrameWriter::create(folder / "a.%d.png", 8, 8);
  expect_error(ErrorKind::BadRequest, "expected frames of 8x8", [&] { writer->write(wave(9, 8, 0)); });
  writer->write(wave(8, 8, 0));
  writer->close();
  expect_error(ErrorKind::BadRequest, "closed", [&] { writer->write(wave(8, 8, 0)); });
  expect_error(ErrorKind::BadRequest, "closed", [&] { writer->close(); });
}

TEST(Still, IsAClipOfOneFrame) {
  const TemporaryFolder folder;
  write_waves(folder / "key.png", 8, 6, 1, {.comment = "a key"});
  const auto reader = FrameReader::open(folder / "key.png");
  EXPECT_EQ(reader->info().count, 1);
  EXPECT_EQ(reader->info().first_number, 1);
  EXPECT_EQ(reader->info().width, 8);
  Image frame;
  EXPECT_TRUE(reader->read(frame));
  EXPECT_FALSE(reader->read(frame));
  EXPECT_EQ(read_metadata(folder / "key.png").at("comment"), "a key");
  expect_error(ErrorKind::BadRequest, "expected one frame",
               [&] { write_waves(folder / "b.png", 8, 8, 2, {}); });
  expect_error(ErrorKind::NotFound, "there is no file", [&] { FrameReader::open(folder / "no.png"); });
}

TEST(ParseRate, TakesNumbersAndFractions) {
  EXPECT_EQ(parse_rate("24"), (Rate{24, 1}));
  EXPECT_EQ(parse_rate("23.976"), (Rate{24000, 1001}));
  EXPECT_EQ(parse_rate("29.97"), (Rate{30000, 1001}));
  EXPECT_EQ(parse_rate("59.94"), (Rate{60000, 1001}));
  EXPECT_EQ(parse_rate("12.5"), (Rate{25, 2}));
  EXPECT_EQ(parse_rate("30000/1001"), (Rate{30000, 1001}));
  for (const char* text :
       {"", "0", "-1", "abc", "24/0", "0/1", "1/0x", "24fps", "nan", "inf", "2000", "9999/1"}) {
    expect_error(ErrorKind::BadRequest, "rate: expected", [&] { parse_rate(text); });
  }
  EXPECT_EQ(rate_text({.num = 48, .den = 2}), "24");
  EXPECT_EQ(rate_text({.num = 24000, .den = 1001}), "24000/1001");
}

TEST(ParseFrames, TakesRanges) {
  const auto parsed = [](const char* text) {
    FrameReadOptions options;
    parse_frames(text, options);
    return std::pair(options.first, options.last);
  };
  using Range = std::pair<std::optional<int64_t>, std::optional<int64_t>>;
  EXPECT_EQ(parsed("10-20"), Range(10, 20));
  EXPECT_EQ(parsed("10-"), Range(10, std::nullopt));
  EXPECT_EQ(parsed("-20"), Range(std::nullopt, 20));
  EXPECT_EQ(parsed("15"), Range(15, 15));
  EXPECT_EQ(parsed(""), Range());
  for (const char* text : {"-", "a", "3-2", "1-2-3", "1--2", "1 - 2"}) {
    FrameReadOptions options;
    expect_error(ErrorKind::BadRequest, "frames: expected", [&] { parse_frames(text, options); });
  }
}

TEST(FrameNumberOf, ReadsTheNameOfAFile) {
  EXPECT_EQ(frame_number_of("a/cel.000012.png"), 12);
  EXPECT_EQ(frame_number_of("key3.png"), 3);
  EXPECT_EQ(frame_number_of("cel.png"), std::nullopt);
}

}  // namespace
}  // namespace sakuga::media
