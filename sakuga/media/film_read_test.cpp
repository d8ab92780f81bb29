extern "C" {
#include <libavutil/display.h>
#include <libavutil/pixdesc.h>
}

#include <cstring>
#include <random>

#include "sakuga/core/files.h"
#include "sakuga/media/test_films.h"
#include "sakuga/media/test_libav.h"

namespace sakuga::media {
namespace {

// All samples of plane 0, 1, 2 are these codes.
auto codes(std::vector<int> values) {
  return [values](AVFrame& frame, int) {
    const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(AVPixelFormat(frame.format));
    for (size_t plane = 0; plane < values.size(); ++plane) {
      const int shift = plane == 1 || plane == 2 ? description.log2_chroma_h : 0;
      for (int y = 0; y < AV_CEIL_RSHIFT(frame.height, shift); ++y) {
        uint8_t* row = frame.data[plane] + std::ptrdiff_t(y) * frame.linesize[plane];
        for (int x = 0; x < frame.linesize[plane] / (description.comp[0].depth > 8 ? 2 : 1); ++x) {
          if (description.comp[0].depth > 8) {
            reinterpret_cast<uint16_t*>(row)[x] = uint16_t(values[plane]);
          } else {
            row[x] = uint8_t(values[plane]);
          }
        }
      }
    }
  };
}

Rgba middle_of(const fs::path& path) {
  const Image frame = read_all(path).at(0);
  return frame.pixels[frame.pixels.size() / 2 + size_t(frame.width) / 2];
}

void expect_near(const Rgba& got, const Rgba& expected, float tolerance, const std::string& what) {
  EXPECT_NEAR(got.r, expected.r, tolerance) << what;
  EXPECT_NEAR(got.g, expected.g, tolerance) << what;
  EXPECT_NEAR(got.b, expected.b, tolerance) << what;
  EXPECT_NEAR(got.a, expected.a, tolerance) << what;
}

// The code values of red, rounded, as the recommendations' formulas give them.
TEST(FilmReader, ConvertsByTheStatedMatrixAndRange) {
  const TemporaryFolder folder;
  const struct {
    AVPixelFormat format;
    AVColorSpace matrix;
    AVColorRange range;
    std::vector<int> red;
  } films[] = {
      {AV_PIX_FMT_YUV420P, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, {63, 102, 240}},
      {AV_PIX_FMT_YUV420P, AVCOL_SPC_SMPTE170M, AVCOL_RANGE_MPEG, {81, 90, 240}},
      {AV_PIX_FMT_YUV444P, AVCOL_SPC_BT470BG, AVCOL_RANGE_JPEG, {76, 85, 255}},
      {AV_PIX_FMT_YUV422P, AVCOL_SPC_BT2020_NCL, AVCOL_RANGE_MPEG, {74, 97, 240}},
      {AV_PIX_FMT_YUV420P10, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, {250, 409, 960}},
      {AV_PIX_FMT_YUV422P12, AVCOL_SPC_BT709, AVCOL_RANGE_MPEG, {1001, 1637, 3840}},
  };
  for (const auto& film : films) {
    const std::string name = av_get_pix_fmt_name(film.format);
    write_raw_film(folder / "a.mkv", {.format = film.format, .matrix = film.matrix, .range = film.range},
                   codes(film.red));
    const auto reader = FrameReader::open(folder / "a.mkv");
    EXPECT_FALSE(reader->info().colour.assumed) << name;
    EXPECT_EQ(reader->info().bits, av_pix_fmt_desc_get(film.format)->comp[0].depth);
    expect_near(middle_of(folder / "a.mkv"), {.r = 1, .g = 0, .b = 0}, 0.008f, name);
  }
}

TEST(FilmReader, RefusesCurvesThatAreNotNearlySrgb) {
  const TemporaryFolder folder;
  const struct {
    AVColorTransferCharacteristic transfer;
    const char* message;
  } films[] = {{AVCOL_TRC_SMPTE2084, "smpte2084 (PQ"},
               {AVCOL_TRC_ARIB_STD_B67, "arib-std-b67 (HLG"},
               {AVCOL_TRC_LOG, "log100 (a logarithm"},
               {AVCOL_TRC_LINEAR, "linear (linear light"},
               {AVCOL_TRC_SMPTE428, "digital cinema"}};
  for (const auto& film : films) {
    write_raw_film(folder / "a.mkv", {.transfer = film.transfer}, codes({100, 128, 128}));
    expect_error(ErrorKind::Unsupported, film.message, [&] { FrameReader::open(folder / "a.mkv"); });
  }
  for (const auto transfer : {AVCOL_TRC_BT709, AVCOL_TRC_IEC61966_2_1, AVCOL_TRC_BT2020_10,
                              AVCOL_TRC_UNSPECIFIED, AVCOL_TRC_GAMMA22}) {
    write_raw_film(folder / "a.mkv", {.transfer = transfer}, codes({100, 128, 128}));
    EXPECT_EQ(read_all(folder / "a.mkv").size(), 1u);
  }
}

TEST(FilmReader, RefusesInterlacedFilmsAndSaysTheRemedy) {
  const TemporaryFolder folder;
  write_raw_film(folder / "a.mkv", {.encoder = "mpeg2video", .width = 720, .height = 480, .interlaced = true},
                 codes({100, 128, 128}));
  expect_error(ErrorKind::Unsupported, "bwdif", [&] { FrameReader::open(folder / "a.mkv"); });
}

TEST(FilmReader, AssumesBt709ForHighDefinitionOnly) {
  const TemporaryFolder folder;
  const auto check = [&](int width, int height, std::vector<int> red, const char* matrix) {
    write_raw_film(folder / "a.mkv", {.width = width, .height = height}, codes(red));
    const auto reader = FrameReader::open(folder / "a.mkv");
    EXPECT_TRUE(reader->info().colour.assumed);
    EXPECT_EQ(reader->info().colour.matrix, matrix);
    EXPECT_EQ(reader->info().colour.range, "tv");
    expect_near(middle_of(folder / "a.mkv"), {.r = 1, .g = 0, .b = 0}, 0.008f, matrix);
  };
  check(1280, 16, {63, 102, 240}, "bt709");
  check(720, 722, {63, 102, 240}, "bt709");
  check(540, 960, {81, 90, 240}, "smpte170m");
}

TEST(FilmReader, ReadsGreyAndAlpha) {
  const TemporaryFolder folder;
  write_raw_film(folder / "a.mkv", {.format = AV_PIX_FMT_GRAY8}, codes({51}));
  expect_near(middle_of(folder / "a.mkv"), {.r = 0.2f, .g = 0.2f, .b = 0.2f}, 1e-4f, "grey");
  write_raw_film(folder / "b.mkv", {.format = AV_PIX_FMT_GRAY8, .range = AVCOL_RANGE_MPEG}, codes({235}));
  expect_near(middle_of(folder / "b.mkv"), {.r = 1, .g = 1, .b = 1}, 1e-4f, "grey in video range");
  write_raw_film(folder / "c.mkv", {.format = AV_PIX_FMT_GRAY16}, codes({13107}));
  expect_near(middle_of(folder / "c.mkv"), {.r = 0.2f, .g = 0.2f, .b = 0.2f}, 1e-4f, "deep grey");
  write_raw_film(folder / "d.mkv", {.format = AV_PIX_FMT_YUVA420P}, codes({126, 128, 128, 51}));
  expect_near(middle_of(folder / "d.mkv"), {.r = 0.5023f, .g = 0.5023f, .b = 0.5023f, .a = 0.2f}, 1e-3f,
              "alpha");
  write_raw_film(folder / "e.mkv", {.encoder = "png", .format = AV_PIX_FMT_RGBA64BE},
                 [](AVFrame& frame, int) {
                   for (int y = 0; y < frame.height; ++y) {
                     for (int i = 0; i < frame.width * 8; ++i)
                       frame.data[0][y * frame.linesize[0] + i] = i % 8 < 6 ? 51 : 102;
                   }
                 });
  expect_near(middle_of(folder / "e.mkv"), {.r = 0.2f, .g = 0.2f, .b = 0.2f, .a = 0.4f}, 1e-4f,
              "big-endian PNG");
}

TEST(FilmReader, KeepsTheAlphaOfVp9) {
  const TemporaryFolder folder;
  write_raw_film(folder / "a.webm",
                 {.encoder = "libvpx-vp9",
                  .format = AV_PIX_FMT_YUVA420P,
                  .frames = 3,
                  .stream_texts = {{"alpha_mode", "1"}}},
                 codes({126, 128, 128, 51}));
  const auto reader = FrameReader::open(folder / "a.webm");
  EXPECT_TRUE(reader->info().alpha);
  EXPECT_EQ(reader->info().count, 3);
  expect_near(middle_of(folder / "a.webm"), {.r = 0.5023f, .g = 0.5023f, .b = 0.5023f, .a = 0.2f}, 0.02f,
              "vp9");
}

// A ramp of chroma must come back as a ramp from whatever lattice it was sampled on, at its place.
TEST(FilmReader, PutsChromaWhereItWasSampled) {
  const TemporaryFolder folder;
  for (const AVPixelFormat format : {AV_PIX_FMT_YUV444P16, AV_PIX_FMT_YUV422P16, AV_PIX_FMT_YUV420P16}) {
    const AVPixFmtDescriptor& description = *av_pix_fmt_desc_get(format);
    write_raw_film(folder / "a.mkv", {.format = format, .matrix = AVCOL_SPC_BT709, .range = AVCOL_RANGE_JPEG},
                   [&](AVFrame& frame, int) {
                     codes({32768, 32768, 32768})(frame, 0);
                     const int step_x = 1 << description.log2_chroma_w,
                               step_y = 1 << description.log2_chroma_h;
                     for (int y = 0; y < frame.height / step_y; ++y) {
                       auto* row = reinterpret_cast<uint16_t*>(frame.data[1] + y * frame.linesize[1]);
                       for (int x = 0; x < frame.width / step_x; ++x) {
                         const double at_x = x * step_x, at_y = y * step_y + (step_y - 1) * 0.5;
                         row[x] = uint16_t(32768 + 200 * at_x + 300 * at_y);
                       }
                     }
                   });
    const Image frame = read_all(folder / "a.mkv").at(0);
    for (int y = 1; y < 47; ++y) {
      for (int x = 0; x < 62; ++x) {
        const float expected = 0.5f + 1.8556f * float(200 * x + 300 * y) / 65535;
        ASSERT_NEAR(frame.pixels[size_t(y) * 64 + size_t(x)].b, expected, 1e-3)
            << description.name << x << "," << y;
      }
    }
  }
}

TEST(FilmReader, TurnsPicturesUpright) {
  const TemporaryFolder folder;
  // Red on the left, blue at the bottom right.
  const auto writer = FrameWriter::create(folder / "a.mov", 32, 16, {.codec = "h264", .crf = 1});
  Image picture(32, 16);
  for (int i = 0; i < 512; ++i) {
    picture.pixels[size_t(i)] = {
        .r = i % 32 < 16 ? 1.0f : 0, .g = 0, .b = i >= 256 && i % 32 >= 16 ? 1.0f : 0, .a = 1};
  }
  writer->write(picture);
  writer->close();
  const struct {
    int degrees;  // Clockwise, that the player must turn.
    bool mirrored;
    int width;
    const char* corners;  // Top left, top right, bottom left, bottom right.
  } turns[] = {{0, false, 32, "r.rb"},
               {90, false, 16, "rrb."},
               {180, false, 32, "br.r"},
               {270, false, 16, ".brr"},
               {0, true, 32, ".rbr"}};
  for (const auto& turn : turns) {
    remux(folder / "a.mov", folder / "b.mov", {.change_stream = [&](AVStream& stream) {
            auto* matrix = reinterpret_cast<int32_t*>(
                av_stream_new_side_data(&stream, AV_PKT_DATA_DISPLAYMATRIX, 9 * sizeof(int32_t)));
            av_display_rotation_set(matrix, turn.degrees);
            if (turn.mirrored) av_display_matrix_flip(matrix, 1, 0);
          }});
    const Image frame = read_all(folder / "b.mov").at(0);
    ASSERT_EQ(frame.width, turn.width) << turn.degrees;
    std::string corners;
    for (const int y : {3, frame.height - 4}) {
      for (const int x : {3, frame.width - 4}) {
        const Rgba& pixel = frame.pixels[size_t(y) * size_t(frame.width) + size_t(x)];
        corners += pixel.r > 0.5f ? 'r' : pixel.b > 0.5f ? 'b' : '.';
      }
    }
    EXPECT_EQ(corners, turn.corners) << turn.degrees << turn.mirrored;
  }
}

void write_numbered(const fs::path& path, int64_t count, const FrameWriteOptions& options) {
  const auto writer = FrameWriter::create(path, 64, 48, options);
  for (int64_t i = 1; i <= count; ++i) writer->write(numbered(64, 48, i));
  writer->close();
}

std::vector<int64_t> numbers_of(const std::vector<Image>& frames) {
  std::vector<int64_t> numbers;
  for (const Image& frame : frames) numbers.push_back(number_in(frame));
  return numbers;
}

using Numbers = std::vector<int64_t>;

TEST(FilmReader, SeeksToEveryFrameExactly) {
  const TemporaryFolder folder;
  const std::pair<const char*, const char*> films[] = {
      {"a.mp4", "h264"}, {"a.mkv", "h264"}, {"b.mp4", "h265"}, {"b.mkv", "ffv1"}, {"c.mov", "prores4444"}};
  for (const auto& [name, codec] : films) {
    write_numbered(folder / name, 40, {.codec = codec, .crf = 1});
    const auto reader = FrameReader::open(folder / name, {.first = 5});
    std::mt19937 random(7);
    Image frame;
    for (int i = 0; i < 12; ++i) {
      const int64_t number = 5 + int64_t(random() % 36);
      reader->seek(number);
      for (int64_t next = number; next < std::min<int64_t>(number + 2, 41); ++next) {
        ASSERT_TRUE(reader->read(frame));
        EXPECT_EQ(reader->number(), next);
        EXPECT_EQ(number_in(frame), next) << name;
      }
    }
    expect_error(ErrorKind::BadRequest, "from 5 to 40, got 4", [&] { reader->seek(4); });
  }
}

TEST(FilmReader, ReadsARange) {
  const TemporaryFolder folder;
  write_numbered(folder / "a.mp4", 30, {.crf = 1});
  const auto reader = FrameReader::open(folder / "a.mp4", {.first = 12, .last = 14});
  EXPECT_EQ(reader->info().first_number, 12);
  EXPECT_EQ(reader->info().count, 3);
  EXPECT_NEAR(reader->info().start_s, 11 / 24.0, 1e-6);
  EXPECT_EQ(numbers_of(read_all(folder / "a.mp4", {.first = 12, .last = 14})), (Numbers{12, 13, 14}));
  expect_error(ErrorKind::BadRequest, "expected frames from 1 to 30, got 20-31",
               [&] { FrameReader::open(folder / "a.mp4", {.first = 20, .last = 31}); });
  expect_error(ErrorKind::BadRequest, "expected frames from 1 to 30",
               [&] { FrameReader::open(folder / "a.mp4", {.first = 0}); });
}

TEST(FilmReader, HoldsAndDropsFramesForAnotherRate) {
  const TemporaryFolder folder;
  write_numbered(folder / "a.mkv", 6, {.rate = {12, 1}});
  EXPECT_EQ(numbers_of(read_all(folder / "a.mkv", {.rate = Rate{24, 1}})),
            (Numbers{1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6, 6}));
  EXPECT_EQ(numbers_of(read_all(folder / "a.mkv", {.rate = Rate{6, 1}})), (Numbers{1, 3, 5}));
  const auto reader = FrameReader::open(folder / "a.mkv", {.first = 3, .last = 8, .rate = Rate{24, 1}});
  EXPECT_EQ(reader->info().held, 3);
  EXPECT_EQ(reader->info().rate, (Rate{24, 1}));
  reader->seek(7);
  Image frame;
  ASSERT_TRUE(reader->read(frame));
  EXPECT_EQ(number_in(frame), 4);
}

// Every third frame comes late by a third of its length, and two are missing.
TEST(FilmReader, MakesAVariableRateExplicit) {
  const TemporaryFolder folder;
  write_numbered(folder / "a.mkv", 24, {});
  remux(folder / "a.mkv", folder / "b.mkv", {.change_packet = [](AVPacket& packet) {
          const int64_t number = std::llround(double(packet.pts) * 24 / 1000);
          packet.pts += number % 3 == 0 ? 15 : 0;
          packet.dts = packet.pts;
          return number != 10 && number != 11;
        }});
  const auto reader = FrameReader::open(folder / "b.mkv");
  EXPECT_TRUE(reader->info().variable_rate);
  EXPECT_EQ(reader->info().rate, (Rate{24, 1}));
  EXPECT_EQ(reader->info().held, 2);
  EXPECT_EQ(reader->info().count, 24);
  Image frame;
  std::vector<int64_t> numbers;
  while (reader->read(frame)) numbers.push_back(number_in(frame));
  EXPECT_EQ(std::vector<int64_t>(numbers.begin() + 9, numbers.begin() + 13), (Numbers{10, 10, 10, 13}));
}

TEST(FilmReader, SaysHowMuchOfATruncatedFilmIsThere) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "a.mkv"}) {
    const fs::path path = folder / name;
    write_waves(path, 64, 48, 60, {.codec = "h264", .crf = 4});
    fs::resize_file(path, fs::file_size(path) * 6 / 10);
    std::string message;
    try {
      FrameReader::open(path);
      ADD_FAILURE() << name;
    } catch (const core::Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::CorruptInput);
      message = error.what();
    }
    EXPECT_NE(message.find("cut off"), std::string::npos) << message;
    const size_t place = message.rfind("1-");
    ASSERT_NE(place, std::string::npos) << message;
    const int64_t there = std::stoll(message.substr(place + 2));
    EXPECT_GT(there, 10) << message;
    EXPECT_LT(there, 55) << message;
    // The last frames before the cut may lean on ones behind it.
    EXPECT_EQ(read_all(path, {.last = there - 5}).size(), size_t(there - 5));
  }
}

TEST(FilmReader, RefusesWhatIsNoFilm) {
  const TemporaryFolder folder;
  const auto open = [&](const char* name) { return [=, &folder] { FrameReader::open(folder / name); }; };
  expect_error(ErrorKind::NotFound, "there is no file", open("no.mp4"));
  folder.write("empty.mp4", "");
  expect_error(ErrorKind::CorruptInput, "got 0 bytes", open("empty.mp4"));
  folder.write("text.mp4", "Once upon a time there was a film.\n");
  expect_error(ErrorKind::CorruptInput, "expected a film", open("text.mp4"));
  folder.write("list.mp4", "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nhttp://127.0.0.1/a.ts\n");
  expect_error(ErrorKind::Unsupported, "got a play list (hls)", open("list.mp4"));
  write_tone(folder / "tone.wav", 0.1);
  expect_error(ErrorKind::CorruptInput, "without moving pictures", open("tone.wav"));
  expect_error(ErrorKind::BadRequest, "expected the name of a film", [] { FrameReader::open(""); });

  write_waves(folder / "a.mp4", 64, 48, 20, {});
  fs::resize_file(folder / "a.mp4", 300);  // In the middle of the index.
  expect_error(ErrorKind::CorruptInput, "cut off", open("a.mp4"));
}

TEST(FilmReader, NamesACodecThatIsNotKnown) {
  const TemporaryFolder folder;
  write_waves(folder / "a.mkv", 32, 32, 3, {.codec = "h264"});
  std::vector<std::byte> bytes = core::read_file(folder / "a.mkv");
  const std::string known = "V_MPEG4/ISO/AVC", unknown = "V_ZZZZZ/ISO/AVC";
  const auto found = std::search(bytes.begin(), bytes.end(), known.begin(), known.end(),
                                 [](std::byte a, char b) { return char(a) == b; });
  ASSERT_NE(found, bytes.end());
  std::memcpy(&*found, unknown.data(), unknown.size());
  core::write_file(folder / "a.mkv", bytes);
  expect_error(ErrorKind::Unsupported, "no decoder", [&] { FrameReader::open(folder / "a.mkv"); });
}

TEST(FilmReader, RefusesAFilmWithoutFrames) {
  const TemporaryFolder folder;
  write_waves(folder / "a.mkv", 32, 32, 3, {});
  remux(folder / "a.mkv", folder / "b.mkv", {.change_packet = [](AVPacket&) { return false; }});
  expect_error(ErrorKind::CorruptInput, "no frames", [&] { FrameReader::open(folder / "b.mkv"); });
}

TEST(FilmReader, SaysWhereADamagedFilmEnds) {
  const TemporaryFolder folder;
  write_numbered(folder / "a.mkv", 20, {});
  remux(folder / "a.mkv", folder / "b.mkv", {.change_packet = [](AVPacket& packet) {
          const int64_t number = std::llround(double(packet.pts) * 24 / 1000) + 1;
          if (number == 12) std::memset(packet.data, 0xff, size_t(packet.size));
          return true;
        }});
  const auto reader = FrameReader::open(folder / "b.mkv");
  Image frame;
  expect_error(ErrorKind::CorruptInput, "near frame 12 of 20", [&] {
    while (reader->read(frame)) EXPECT_LT(reader->number(), 12);
  });
}

TEST(FilmReader, ReadsTinyFilmsOfEveryCodecAgainAndAgain) {
  const TemporaryFolder folder;
  for (const char* codec : {"h264", "h265"}) {
    for (const int64_t bits : {8, 10}) {
      write_numbered(folder / "a.mp4", 12, {.codec = codec, .bits = bits, .crf = 1});
      for (int i = 0; i < 2; ++i) EXPECT_EQ(read_all(folder / "a.mp4").size(), 12u) << codec << bits;
    }
  }
}

}  // namespace
}  // namespace sakuga::media
