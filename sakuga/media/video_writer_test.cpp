#include "sakuga/media/video_writer.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <cmath>
#include <csignal>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"

namespace sakuga::media {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::expect_error;
using core::TemporaryFolder;

// A gradient that moves by eight pixels a frame.
Image8 picture(int width, int height, int number) {
  Image8 image(width, height, 3);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const int wave = std::abs((x * 4 + number * 8) % 510 - 255);
      image.at(x, y)[0] = static_cast<uint8_t>(wave);
      image.at(x, y)[1] = static_cast<uint8_t>(255 * y / height);
      image.at(x, y)[2] = static_cast<uint8_t>(255 - wave);
    }
  }
  return image;
}

void write_film(const fs::path& path, const VideoOptions& options, int frames) {
  VideoWriter writer(path, options);
  for (int i = 0; i < frames; ++i) writer.write(picture(options.width, options.height, i));
  writer.close();
}

struct Film {
  std::vector<Image8> frames;
  AVRational rate{};
  double seconds = 0;
  std::string comment;
  AVColorSpace space{};
  AVColorRange range{};
  AVPixelFormat pixels{};
};

Image8 to_rgb(const AVFrame& frame) {
  SwsContext* scaler = sws_getContext(
      frame.width, frame.height, AVPixelFormat(frame.format), frame.width, frame.height, AV_PIX_FMT_RGB24,
      SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INT, nullptr, nullptr, nullptr);
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(scaler, bt709, frame.color_range == AVCOL_RANGE_JPEG, bt709, 1, 0, 1 << 16,
                           1 << 16);
  const int stride = frame.width * 3 + 64;
  std::vector<uint8_t> rows(size_t(stride) * frame.height);
  uint8_t* out[] = {rows.data()};
  sws_scale(scaler, frame.data, frame.linesize, 0, frame.height, out, &stride);
  sws_freeContext(scaler);
  Image8 image(frame.width, frame.height, 3);
  for (int y = 0; y < frame.height; ++y)
    std::copy_n(&rows[size_t(y) * stride], frame.width * 3, image.at(0, y));
  return image;
}

Film read_film(const fs::path& path) {
  Film film;
  AVFormatContext* format = nullptr;
  EXPECT_EQ(avformat_open_input(&format, path.c_str(), nullptr, nullptr), 0);
  if (!format) return film;
  avformat_find_stream_info(format, nullptr);
  const AVStream* stream = format->streams[0];
  const AVCodec* decoder = avcodec_find_decoder(stream->codecpar->codec_id);
  AVCodecContext* codec = avcodec_alloc_context3(decoder);
  avcodec_parameters_to_context(codec, stream->codecpar);
  avcodec_open2(codec, decoder, nullptr);
  AVPacket* packet = av_packet_alloc();
  AVFrame* frame = av_frame_alloc();
  for (bool more = true; more;) {
    more = av_read_frame(format, packet) == 0;
    avcodec_send_packet(codec, more ? packet : nullptr);
    av_packet_unref(packet);
    while (avcodec_receive_frame(codec, frame) == 0) film.frames.push_back(to_rgb(*frame));
  }
  film.rate = stream->avg_frame_rate;
  film.seconds = static_cast<double>(format->duration) / AV_TIME_BASE;
  film.space = codec->colorspace;
  film.range = codec->color_range;
  film.pixels = codec->pix_fmt;
  const AVDictionaryEntry* comment = av_dict_get(format->metadata, "comment", nullptr, 0);
  if (comment) film.comment = comment->value;
  av_frame_free(&frame);
  av_packet_free(&packet);
  avcodec_free_context(&codec);
  avformat_close_input(&format);
  return film;
}

double mean_difference(const Image8& a, const Image8& b) {
  double sum = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) sum += std::abs(a.bytes[i] - b.bytes[i]);
  return sum / static_cast<double>(a.bytes.size());
}

TEST(VideoWriter, MakesAnH264FilmThatPlayersUnderstand) {
  const TemporaryFolder folder;
  write_film(folder / "walk.mp4", {.width = 64, .height = 48, .crf = 12, .comment = "seed 3 – 作画"}, 30);
  const Film film = read_film(folder / "walk.mp4");
  ASSERT_EQ(film.frames.size(), 30u);
  EXPECT_EQ(film.pixels, AV_PIX_FMT_YUV420P);
  EXPECT_EQ(film.space, AVCOL_SPC_BT709);
  EXPECT_EQ(film.range, AVCOL_RANGE_MPEG);
  EXPECT_EQ(film.comment, "seed 3 – 作画");
  for (int i = 0; i < 30; ++i) EXPECT_LT(mean_difference(film.frames[i], picture(64, 48, i)), 4) << i;
}

TEST(VideoWriter, KeepsTheRateExactly) {
  const TemporaryFolder folder;
  for (const char* name : {"a.mp4", "a.mkv"}) {
    write_film(folder / name, {.width = 32, .height = 32, .fps_num = 24000, .fps_den = 1001}, 24);
    const Film film = read_film(folder / name);
    EXPECT_EQ(film.rate.num * int64_t{1001}, film.rate.den * int64_t{24000}) << name;
    EXPECT_NEAR(film.seconds, 24 * 1001 / 24000.0, 0.002) << name;
  }
}

TEST(VideoWriter, MakesALosslessFilmOfAnySize) {
  const TemporaryFolder folder;
  write_film(folder / "a.mkv", {.width = 33, .height = 17, .codec = VideoCodec::Ffv1, .comment = "x"}, 5);
  const Film film = read_film(folder / "a.mkv");
  ASSERT_EQ(film.frames.size(), 5u);
  EXPECT_EQ(film.comment, "x");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(film.frames[i], picture(33, 17, i));
}

TEST(VideoWriter, TakesGreyFrames) {
  const TemporaryFolder folder;
  Image8 grey(8, 8, 1);
  std::fill(grey.bytes.begin(), grey.bytes.end(), 100);
  VideoWriter writer(folder / "a.mkv", {.width = 8, .height = 8, .codec = VideoCodec::Ffv1});
  writer.write(grey);
  writer.close();
  EXPECT_EQ(read_film(folder / "a.mkv").frames.at(0).bytes, std::vector<uint8_t>(8 * 8 * 3, 100));
}

TEST(VideoWriter, GivesTheSameBytesForTheSameFrames) {
  const TemporaryFolder folder;
  for (const char* extension : {".mp4", ".mkv"}) {
    const auto first = folder / (std::string("a") + extension),
               second = folder / (std::string("b") + extension);
    write_film(first, {.width = 64, .height = 64}, 40);
    write_film(second, {.width = 64, .height = 64}, 40);
    EXPECT_EQ(core::read_file(first), core::read_file(second)) << extension;
  }
}

TEST(VideoWriter, LeavesNothingWithoutClose) {
  const TemporaryFolder folder;
  core::write_file(folder / "a.mp4", std::string("the old film"));
  {
    VideoWriter writer(folder / "a.mp4", {.width = 16, .height = 16});
    writer.write(picture(16, 16, 0));
  }
  EXPECT_EQ(core::read_text(folder / "a.mp4"), "the old film");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator()), 1);
}

TEST(VideoWriter, LeavesNothingWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const rlimit limit{.rlim_cur = 1000, .rlim_max = old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  for (const char* name : {"a.mp4", "a.mkv"}) {
    expect_error(ErrorKind::BadRequest, "the disk is full",
                 [&] { write_film(folder / name, {.width = 64, .height = 64, .crf = 0}, 30); });
  }
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(VideoWriter, RefusesWhatACodecCannotHave) {
  const TemporaryFolder folder;
  const auto open = [&](const char* name, const VideoOptions& options) {
    return [=, &folder] { VideoWriter(folder / name, options); };
  };
  const auto bad = ErrorKind::BadRequest;
  expect_error(bad, "even", open("a.mp4", {.width = 33, .height = 32}));
  expect_error(bad, "even", open("a.mp4", {.width = 32, .height = 33}));
  expect_error(bad, "expected a size", open("a.mp4", {.width = 0, .height = 32}));
  expect_error(bad, "frame rate", open("a.mp4", {.width = 32, .height = 32, .fps_num = 0}));
  expect_error(bad, "crf", open("a.mp4", {.width = 32, .height = 32, .crf = 52}));
  expect_error(bad, ".mp4, .mov, .mkv", open("a.gif", {.width = 32, .height = 32}));
  expect_error(bad, "no extension", open("a", {.width = 32, .height = 32}));
  expect_error(bad, "ends in .mkv", open("a.mp4", {.width = 32, .height = 32, .codec = VideoCodec::Ffv1}));
  expect_error(ErrorKind::NotFound, "does not exist", open("no/a.mp4", {.width = 32, .height = 32}));
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(VideoWriter, RefusesOtherFramesAndUseAfterClose) {
  const TemporaryFolder folder;
  VideoWriter writer(folder / "a.mp4", {.width = 16, .height = 16});
  expect_error(ErrorKind::BadRequest, "at least one frame", [&] { writer.close(); });
  expect_error(ErrorKind::BadRequest, "expected frames of 16x16", [&] { writer.write(picture(18, 16, 0)); });
  expect_error(ErrorKind::BadRequest, "4 channels", [&] { writer.write(Image8(16, 16, 4)); });
  writer.write(picture(16, 16, 0));
  writer.close();
  expect_error(ErrorKind::BadRequest, "closed", [&] { writer.write(picture(16, 16, 0)); });
  expect_error(ErrorKind::BadRequest, "closed", [&] { writer.close(); });
  EXPECT_TRUE(fs::exists(folder / "a.mp4"));
}

}  // namespace
}  // namespace sakuga::media
