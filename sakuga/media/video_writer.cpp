#include "sakuga/media/video_writer.h"

#include <unistd.h>

#include <cerrno>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/opt.h>
#include <libswscale/swscale.h>
}

#include <algorithm>
#include <atomic>
#include <vector>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::media {
namespace fs = std::filesystem;
namespace {

using core::ErrorKind;
using core::fail;

// Encoders cut the work into as many parts as there are threads, and the bytes depend on the parts.
constexpr int kThreads = 4;

struct Free {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
  void operator()(AVFormatContext* format) const {
    avio_closep(&format->pb);
    avformat_free_context(format);
  }
};

template <class T>
using Owned = std::unique_ptr<T, Free>;

std::string text_of(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof(text));
  return text;
}

std::string extension_of(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return extension;
}

void check_options(const fs::path& path, const VideoOptions& options) {
  const bool h264 = options.codec == VideoCodec::H264;
  const std::string extension = extension_of(path);
  const std::vector<std::string> known =
      h264 ? std::vector<std::string>{".mp4", ".mov", ".mkv"} : std::vector<std::string>{".mkv"};
  if (!std::count(known.begin(), known.end(), extension)) {
    fail(ErrorKind::BadRequest, "write: {}: expected a name that ends in {}, got {}", path.string(),
         fmt::join(known, ", "), extension.empty() ? "no extension" : extension);
  }
  constexpr int kMaxSide = 16384;
  if (options.width < 1 || options.height < 1 || options.width > kMaxSide || options.height > kMaxSide) {
    fail(ErrorKind::BadRequest, "write: {}: expected a size from 1x1 to {}x{}, got {}x{}", path.string(),
         kMaxSide, kMaxSide, options.width, options.height);
  }
  if (h264 && (options.width % 2 || options.height % 2)) {
    fail(ErrorKind::BadRequest,
         "write: {}: H.264 needs an even width and height, got {}x{}; crop or pad by a pixel", path.string(),
         options.width, options.height);
  }
  if (options.fps_num < 1 || options.fps_den < 1) {
    fail(ErrorKind::BadRequest, "write: {}: expected a frame rate above 0, got {}/{}", path.string(),
         options.fps_num, options.fps_den);
  }
  if (options.crf < 0 || options.crf > 51) {
    fail(ErrorKind::BadRequest, "write: {}: expected a crf from 0 to 51, got {}", path.string(), options.crf);
  }
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder)) {
    fail(ErrorKind::NotFound, "write: {}: the folder {} does not exist", path.string(), folder.string());
  }
}

fs::path temporary_for(const fs::path& path) {
  static std::atomic<unsigned> counter = 0;
  const std::string stem = path.stem().string().substr(0, 100);
  return path.parent_path() /
         fmt::format(".{}.film-{}-{}.part{}", stem, ::getpid(), counter++, path.extension().string());
}

Owned<AVFrame> make_frame(int format, int width, int height) {
  Owned<AVFrame> frame(av_frame_alloc());
  frame->format = format;
  frame->width = width;
  frame->height = height;
  if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
  return frame;
}

void describe_colour(AVCodecContext& codec, bool h264) {
  codec.color_primaries = AVCOL_PRI_BT709;
  codec.color_trc = h264 ? AVCOL_TRC_BT709 : AVCOL_TRC_IEC61966_2_1;
  codec.colorspace = h264 ? AVCOL_SPC_BT709 : AVCOL_SPC_RGB;
  codec.color_range = h264 ? AVCOL_RANGE_MPEG : AVCOL_RANGE_JPEG;
}

Owned<AVCodecContext> open_encoder(const VideoOptions& options, bool global_header) {
  const bool h264 = options.codec == VideoCodec::H264;
  const char* name = h264 ? "libx264" : "ffv1";
  const AVCodec* encoder = avcodec_find_encoder_by_name(name);
  if (!encoder) fail(ErrorKind::Unsupported, "write: this libav has no encoder {}", name);
  Owned<AVCodecContext> codec(avcodec_alloc_context3(encoder));
  codec->width = options.width;
  codec->height = options.height;
  codec->time_base = {options.fps_den, options.fps_num};
  codec->framerate = {options.fps_num, options.fps_den};
  codec->pix_fmt = h264 ? AV_PIX_FMT_YUV420P : AV_PIX_FMT_BGR0;
  codec->flags |= AV_CODEC_FLAG_BITEXACT | (global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0);
  codec->thread_count = kThreads;
  describe_colour(*codec, h264);
  if (h264) {
    av_opt_set_int(codec->priv_data, "crf", options.crf, 0);
    av_opt_set(codec->priv_data, "preset", "medium", 0);
  } else {
    // Version 3 with checksums, every frame by itself: what archives ask for.
    codec->level = 3;
    codec->gop_size = 1;
    codec->slices = kThreads;
    av_opt_set_int(codec->priv_data, "slicecrc", 1, 0);
  }
  if (const int error = avcodec_open2(codec.get(), encoder, nullptr); error < 0) {
    fail(ErrorKind::Unsupported, "write: the encoder {} refuses {}x{} at {}/{} frames a second: {}", name,
         options.width, options.height, options.fps_num, options.fps_den, text_of(error));
  }
  return codec;
}

void fill_rgb(AVFrame& out, const Image8& picture) {
  const int step = picture.channels == 3 ? 1 : 0;
  for (int y = 0; y < picture.height; ++y) {
    const uint8_t* in = picture.at(0, y);
    uint8_t* row = out.data[0] + std::ptrdiff_t(y) * out.linesize[0];
    for (int x = 0; x < picture.width; ++x, in += picture.channels) {
      for (int c = 0; c < 3; ++c) *row++ = in[c * step];
    }
  }
}

void fill_bgr0(AVFrame& out, const Image8& picture) {
  const int step = picture.channels == 3 ? 1 : 0;
  for (int y = 0; y < picture.height; ++y) {
    const uint8_t* in = picture.at(0, y);
    uint8_t* row = out.data[0] + std::ptrdiff_t(y) * out.linesize[0];
    for (int x = 0; x < picture.width; ++x, in += picture.channels) {
      for (int c = 2; c >= 0; --c) *row++ = in[c * step];
      *row++ = 0;
    }
  }
}

Owned<SwsContext> make_scaler(int width, int height) {
  const int flags = SWS_BICUBIC | SWS_ACCURATE_RND | SWS_FULL_CHR_H_INP | SWS_BITEXACT;
  Owned<SwsContext> scaler(sws_getContext(width, height, AV_PIX_FMT_RGB24, width, height, AV_PIX_FMT_YUV420P,
                                          flags, nullptr, nullptr, nullptr));
  if (!scaler) fail(ErrorKind::Internal, "write: libswscale cannot convert {}x{} to yuv420p", width, height);
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  constexpr int kFull = 1, kVideo = 0, kUnchanged = 1 << 16;
  sws_setColorspaceDetails(scaler.get(), bt709, kFull, bt709, kVideo, 0, kUnchanged, kUnchanged);
  return scaler;
}

}  // namespace

struct VideoWriter::State {
  State(fs::path film, const VideoOptions& chosen)
      : path(std::move(film)), temporary(temporary_for(path)), options(chosen) {}

  ~State() {
    format.reset();
    std::error_code ignored;
    fs::remove(temporary, ignored);
  }

  // Throws for a libav error.
  int check(int result, const char* action) const {
    if (result >= 0) return result;
    const int number = AVUNERROR(result);
    if (number == ENOSPC || number == EDQUOT || number == EFBIG) {
      fail(ErrorKind::BadRequest, "write: {} was not written: the disk is full", path.string());
    }
    fail(ErrorKind::BadRequest, "write: cannot {} {}: {}", action, path.string(), text_of(result));
  }

  void open() {
    AVFormatContext* created = nullptr;
    check(avformat_alloc_output_context2(&created, nullptr, nullptr, temporary.c_str()), "make");
    format.reset(created);
    format->flags |= AVFMT_FLAG_BITEXACT;
    codec = open_encoder(options, format->oformat->flags & AVFMT_GLOBALHEADER);
    stream = avformat_new_stream(format.get(), nullptr);
    if (!stream) throw std::bad_alloc();
    stream->time_base = codec->time_base;
    stream->avg_frame_rate = stream->r_frame_rate = codec->framerate;
    check(avcodec_parameters_from_context(stream->codecpar, codec.get()), "describe");
    if (!options.comment.empty()) av_dict_set(&format->metadata, "comment", options.comment.c_str(), 0);
    check(avio_open(&format->pb, temporary.c_str(), AVIO_FLAG_WRITE), "open");
    AVDictionary* extra = nullptr;
    // The index first, so that a browser can begin before it has all.
    if (extension_of(path) != ".mkv") av_dict_set(&extra, "movflags", "+faststart", 0);
    const int result = avformat_write_header(format.get(), &extra);
    av_dict_free(&extra);
    check(result, "begin");
    frame = make_frame(codec->pix_fmt, options.width, options.height);
    packet.reset(av_packet_alloc());
    if (options.codec == VideoCodec::H264) {
      rgb = make_frame(AV_PIX_FMT_RGB24, options.width, options.height);
      scaler = make_scaler(options.width, options.height);
    }
  }

  void fill(const Image8& picture) {
    check(av_frame_make_writable(frame.get()), "write");
    if (!scaler) return fill_bgr0(*frame, picture);
    fill_rgb(*rgb, picture);
    sws_scale(scaler.get(), rgb->data, rgb->linesize, 0, options.height, frame->data, frame->linesize);
  }

  // nullptr: no more frames.
  void encode(const AVFrame* next) {
    check(avcodec_send_frame(codec.get(), next), "encode");
    for (;;) {
      const int result = avcodec_receive_packet(codec.get(), packet.get());
      if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
      check(result, "encode");
      packet->stream_index = stream->index;
      packet->duration = 1;
      av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      check(av_interleaved_write_frame(format.get(), packet.get()), "write");
    }
  }

  void finish() {
    encode(nullptr);
    check(av_write_trailer(format.get()), "finish");
    check(avio_closep(&format->pb), "close");
    core::replace_file(path, [this](const fs::path& beside) { fs::rename(temporary, beside); });
  }

  fs::path path, temporary;
  VideoOptions options;
  Owned<AVFormatContext> format;
  Owned<AVCodecContext> codec;
  AVStream* stream = nullptr;  // Belongs to format.
  Owned<AVFrame> frame, rgb;
  Owned<AVPacket> packet;
  Owned<SwsContext> scaler;
  int64_t frames = 0;
};

VideoWriter::VideoWriter(fs::path path, const VideoOptions& options) {
  check_options(path, options);
  // libav reports through its return values; what it prints besides would break the progress line.
  av_log_set_level(AV_LOG_QUIET);
  state_ = std::make_unique<State>(std::move(path), options);
  state_->open();
}

VideoWriter::~VideoWriter() = default;

void VideoWriter::write(const Image8& picture) {
  if (!state_) fail(ErrorKind::BadRequest, "write: the film is closed");
  const VideoOptions& options = state_->options;
  const bool colours = picture.channels == 1 || picture.channels == 3;
  if (!colours || picture.width != options.width || picture.height != options.height) {
    fail(ErrorKind::BadRequest,
         "write: {}: expected frames of {}x{} in grey or RGB, got {}x{} with {} channels",
         state_->path.string(), options.width, options.height, picture.width, picture.height,
         picture.channels);
  }
  state_->fill(picture);
  state_->frame->pts = state_->frames++;
  state_->encode(state_->frame.get());
}

void VideoWriter::close() {
  if (!state_) fail(ErrorKind::BadRequest, "write: the film is closed");
  if (state_->frames == 0) {
    fail(ErrorKind::BadRequest, "write: {}: expected at least one frame, got none", state_->path.string());
  }
  const std::unique_ptr<State> finished = std::move(state_);
  finished->finish();
}

}  // namespace sakuga::media
