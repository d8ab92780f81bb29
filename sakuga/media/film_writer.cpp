#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <vector>

extern "C" {
#include <libavutil/opt.h>
}

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/film_pack.h"
#include "sakuga/media/film_reader.h"
#include "sakuga/media/libav.h"
#include "sakuga/media/sound_copy.h"

namespace sakuga::media {
namespace fs = std::filesystem;
namespace {

using core::ErrorKind;
using core::fail;

// Encoders cut the work into as many parts as there are threads, and the bytes depend on the parts.
constexpr int kThreads = 4;

// How a codec is used; the first matching row of bits and alpha is taken.
struct Packaging {
  const char* codec;
  const char* encoder;
  int bits;
  bool alpha;
  AVPixelFormat format;
  std::vector<std::string> extensions;
};

const std::vector<Packaging>& packagings() {
  static const std::vector<std::string> players = {".mp4", ".mov", ".mkv"}, quicktime = {".mov"},
                                        matroska = {".mkv"};
  static const std::vector<Packaging> all = {
      {"h264", "libx264", 8, false, AV_PIX_FMT_YUV420P, players},
      {"h264", "libx264", 10, false, AV_PIX_FMT_YUV420P10, players},
      {"h265", "libx265", 10, false, AV_PIX_FMT_YUV420P10, players},
      {"h265", "libx265", 8, false, AV_PIX_FMT_YUV420P, players},
      {"prores4444", "prores_ks", 10, true, AV_PIX_FMT_YUVA444P10, quicktime},
      {"prores4444", "prores_ks", 10, false, AV_PIX_FMT_YUV444P10, quicktime},
      {"ffv1", "ffv1", 16, true, AV_PIX_FMT_GBRAP16, matroska},
      {"ffv1", "ffv1", 16, false, AV_PIX_FMT_GBRP16, matroska},
      {"ffv1", "ffv1", 8, true, AV_PIX_FMT_BGRA, matroska},
      {"ffv1", "ffv1", 8, false, AV_PIX_FMT_BGR0, matroska},
  };
  return all;
}

std::string codec_of(const fs::path& path, const FrameWriteOptions& options) {
  if (options.codec != "auto") return options.codec;
  const std::string extension = lower_extension(path);
  if (extension == ".mov") return "prores4444";
  if (extension == ".mkv") return "ffv1";
  if (extension == ".mp4") return "h264";
  fail(ErrorKind::BadRequest,
       "write: {}: expected a name that ends in .mp4, .mov, .mkv or a sequence such as name.%06d.png, got {}",
       path.string(), extension.empty() ? "no extension" : extension);
}

const Packaging& packaging_of(const fs::path& path, const FrameWriteOptions& options) {
  const std::string codec = codec_of(path, options), extension = lower_extension(path);
  const Packaging* same_codec = nullptr;
  for (const Packaging& packaging : packagings()) {
    if (packaging.codec != codec) continue;
    same_codec = &packaging;
    const auto& extensions = packaging.extensions;
    if (std::find(extensions.begin(), extensions.end(), extension) == extensions.end()) {
      fail(ErrorKind::BadRequest, "write: {}: for {} expected a name that ends in {}, got {}", path.string(),
           codec, fmt::join(extensions, ", "), extension.empty() ? "no extension" : extension);
    }
    const bool bits = options.bits == 0 || options.bits == packaging.bits;
    if (bits && (!packaging.alpha || options.alpha)) return packaging;
  }
  if (!same_codec) {
    fail(ErrorKind::BadRequest, "write: {}: expected the codec h264, h265, prores4444 or ffv1, got {}",
         path.string(), codec);
  }
  fail(ErrorKind::BadRequest, "write: {}: {} has no {} bits", path.string(), codec, options.bits);
}

void check_film_options(const fs::path& path, int width, int height, const Packaging& packaging,
                        const FrameWriteOptions& options) {
  const bool halved = packaging.format == AV_PIX_FMT_YUV420P || packaging.format == AV_PIX_FMT_YUV420P10;
  if (halved && !options.pad && (width % 2 || height % 2)) {
    fail(ErrorKind::BadRequest,
         "write: {}: {} needs an even width and height, got {}x{}; crop, pad (the option pad repeats the "
         "last row "
         "or column) or write ProRes or FFV1",
         path.string(), packaging.codec, width, height);
  }
  if (options.crf < 0 || options.crf > 51) {
    fail(ErrorKind::BadRequest, "write: {}: expected a crf from 0 to 51, got {}", path.string(), options.crf);
  }
  FrameWriteOptions checked = options;
  visit_fields(checked, [](const std::string& name, const auto& value, const core::Field& field) {
    if (name == "preset") core::check_field(name, value, field);
  });
}

fs::path temporary_for(const fs::path& path) {
  static std::atomic<unsigned> counter = 0;
  const std::string stem = path.stem().string().substr(0, 100);
  return path.parent_path() /
         fmt::format(".{}.film-{}-{}.part{}", stem, ::getpid(), counter++, path.extension().string());
}

bool is_rgb(const Packaging& packaging) {
  return std::string(packaging.codec) == "ffv1";
}

void describe_colour(AVCodecContext& codec, bool rgb) {
  codec.color_primaries = AVCOL_PRI_BT709;
  codec.color_trc = rgb ? AVCOL_TRC_IEC61966_2_1 : AVCOL_TRC_BT709;
  codec.colorspace = rgb ? AVCOL_SPC_RGB : AVCOL_SPC_BT709;
  codec.color_range = rgb ? AVCOL_RANGE_JPEG : AVCOL_RANGE_MPEG;
  codec.chroma_sample_location = AVCHROMA_LOC_LEFT;
}

// x264 (up to at least build 164) reads memory that it has not written in the AVX-512 code of its macroblock
// tree, where the width is no multiple of 128: the same frames give other bytes from run to run. Its AVX2
// code does not.
bool has_avx512() {
#ifdef __x86_64__
  return __builtin_cpu_supports("avx512bw");
#else
  return false;
#endif
}

void tune(AVCodecContext& codec, const Packaging& packaging, const FrameWriteOptions& options) {
  const std::string name = packaging.codec;
  if (name == "h264" || name == "h265") {
    av_opt_set_int(codec.priv_data, "crf", options.crf, 0);
    // x264's veryfast at the same crf is somewhat smaller (6 to 8 %) and 0.5 to 1 dB further from the
    // drawings than its medium, in 40 to 47 % of the time: its work is the largest part of many commands'
    // here.
    const char* usual = name == "h264" ? "veryfast" : "medium";
    av_opt_set(codec.priv_data, "preset", options.preset == "auto" ? usual : options.preset.c_str(), 0);
    if (name == "h264" && has_avx512()) av_opt_set(codec.priv_data, "x264-params", "asm=AVX2", 0);
    if (name == "h265") {
      av_opt_set(codec.priv_data, "x265-params", "log-level=none:pools=4:frame-threads=2", 0);
      codec.codec_tag = MKTAG('h', 'v', 'c', '1');  // What QuickTime plays.
    }
  } else if (name == "prores4444") {
    av_opt_set(codec.priv_data, "profile", "4444", 0);
    av_opt_set(codec.priv_data, "vendor", "apl0", 0);
    av_opt_set_int(codec.priv_data, "alpha_bits", packaging.alpha ? 16 : 0, 0);
  } else {
    // Version 3 with checksums, every frame by itself: what archives ask for.
    codec.level = 3;
    codec.gop_size = 1;
    codec.slices = kThreads;
    av_opt_set_int(codec.priv_data, "slicecrc", 1, 0);
    if (packaging.bits > 8) av_opt_set(codec.priv_data, "coder", "range_def", 0);
  }
}

Owned<AVCodecContext> open_encoder(const Packaging& packaging, int width, int height,
                                   const FrameWriteOptions& options, bool global_header) {
  const AVCodec* encoder = avcodec_find_encoder_by_name(packaging.encoder);
  if (!encoder) fail(ErrorKind::Unsupported, "write: this libav has no encoder {}", packaging.encoder);
  Owned<AVCodecContext> codec(avcodec_alloc_context3(encoder));
  if (!codec) throw std::bad_alloc();
  codec->width = width;
  codec->height = height;
  codec->time_base = {int(options.rate.den), int(options.rate.num)};
  codec->framerate = {int(options.rate.num), int(options.rate.den)};
  codec->pix_fmt = packaging.format;
  codec->flags |= AV_CODEC_FLAG_BITEXACT | (global_header ? AV_CODEC_FLAG_GLOBAL_HEADER : 0);
  codec->thread_count = kThreads;
  describe_colour(*codec, is_rgb(packaging));
  tune(*codec, packaging, options);
  if (const int error = avcodec_open2(codec.get(), encoder, nullptr); error < 0) {
    fail(ErrorKind::Unsupported, "write: the encoder {} refuses {}x{} at {} frames a second: {}",
         packaging.encoder, width, height, rate_text(options.rate), text_of(error));
  }
  return codec;
}

class FilmWriter : public FrameWriter {
 public:
  FilmWriter(const fs::path& path, int width, int height, const FrameWriteOptions& options)
      : path_(path),
        temporary_(temporary_for(path)),
        width_(width),
        height_(height),
        options_(options),
        packaging_(packaging_of(path, options)) {
    check_film_options(path, width, height, packaging_, options);
    silence_libav();
    const bool halved = packaging_.format == AV_PIX_FMT_YUV420P || packaging_.format == AV_PIX_FMT_YUV420P10;
    const int padded_width = halved ? (width + 1) / 2 * 2 : width;
    const int padded_height = halved ? (height + 1) / 2 * 2 : height;
    open(padded_width, padded_height);
    frame_ = make_frame(packaging_.format, padded_width, padded_height);
    // ProRes states the colours in each frame.
    frame_->color_primaries = codec_->color_primaries;
    frame_->color_trc = codec_->color_trc;
    frame_->colorspace = codec_->colorspace;
    frame_->color_range = codec_->color_range;
    frame_->chroma_location = codec_->chroma_sample_location;
    packet_.reset(av_packet_alloc());
    if (!packet_) throw std::bad_alloc();
    packer_ = std::make_unique<FramePacker>(packaging_.format, padded_width, padded_height,
                                            yuv_matrix(AVCOL_SPC_BT709));
  }

  ~FilmWriter() override {
    format_.reset();
    std::error_code ignored;
    fs::remove(temporary_, ignored);
  }

  void write(const Image& image) override {
    if (!format_) fail(ErrorKind::BadRequest, "write: {}: the film is closed", path_.string());
    if (image.width != width_ || image.height != height_) {
      fail(ErrorKind::BadRequest, "write: {}: expected frames of {}x{}, got {}x{}", path_.string(), width_,
           height_, image.width, image.height);
    }
    if (!packaging_.alpha) check_opaque(image);
    check(av_frame_make_writable(frame_.get()), "write");
    packer_->pack(image, *frame_);
    frame_->pts = frames_++;
    if (sound_) check(sound_->write_until(double(frames_) / options_.rate.value()), "copy the sound into");
    encode(frame_.get());
  }

  void close() override {
    if (!format_) fail(ErrorKind::BadRequest, "write: {}: the film is closed", path_.string());
    if (frames_ == 0) {
      fail(ErrorKind::BadRequest, "write: {}: expected at least one frame, got none", path_.string());
    }
    encode(nullptr);
    if (sound_) check(sound_->finish(), "copy the sound into");
    check(av_write_trailer(format_.get()), "finish");
    check(avio_closep(&format_->pb), "close");
    format_.reset();
    core::replace_file(path_, [this](const fs::path& beside) { fs::rename(temporary_, beside); });
  }

 private:
  // Throws for a libav error.
  void check(int result, const char* action) const {
    if (result >= 0) return;
    if (result == AVERROR(ENOMEM)) throw std::bad_alloc();
    const int number = AVUNERROR(result);
    if (number == ENOSPC || number == EDQUOT || number == EFBIG) {
      fail(ErrorKind::BadRequest, "write: {} was not written: the disk is full", path_.string());
    }
    fail(ErrorKind::BadRequest, "write: cannot {} {}: {}", action, path_.string(), text_of(result));
  }

  void check_opaque(const Image& image) const {
    constexpr float kOpaque = 1 - 0.5f / 255;  // What 8 bits round to opaque.
    const bool opaque = std::all_of(image.pixels.begin(), image.pixels.end(),
                                    [](const Rgba& pixel) { return pixel.a >= kOpaque; });
    if (opaque) return;
    fail(
        ErrorKind::BadRequest,
        "write: {}: frame {} is not opaque, and {} without alpha was asked for; put it over a background, or "
        "write ProRes 4444 (.mov) or FFV1 (.mkv) with alpha",
        path_.string(), frames_ + 1, packaging_.codec);
  }

  void open(int width, int height) {
    AVFormatContext* created = nullptr;
    check(avformat_alloc_output_context2(&created, nullptr, nullptr, temporary_.c_str()), "make");
    format_.reset(created);
    format_->flags |= AVFMT_FLAG_BITEXACT;
    codec_ = open_encoder(packaging_, width, height, options_, format_->oformat->flags & AVFMT_GLOBALHEADER);
    stream_ = avformat_new_stream(format_.get(), nullptr);
    if (!stream_) throw std::bad_alloc();
    stream_->time_base = codec_->time_base;
    stream_->avg_frame_rate = stream_->r_frame_rate = codec_->framerate;
    check(avcodec_parameters_from_context(stream_->codecpar, codec_.get()), "describe");
    if (lower_extension(path_) == ".mkv") stream_->codecpar->codec_tag = 0;
    if (!options_.sound_from.empty()) {
      sound_ = std::make_unique<SoundCopy>(options_, *format_, path_.string());
    }
    for (const auto& [key, text] : options_.metadata)
      av_dict_set(&format_->metadata, key.c_str(), text.c_str(), 0);
    if (!options_.comment.empty()) av_dict_set(&format_->metadata, "comment", options_.comment.c_str(), 0);
    check(avio_open(&format_->pb, ("file:" + temporary_.string()).c_str(), AVIO_FLAG_WRITE), "open");
    AVDictionary* extra = nullptr;
    // The index first, so that a browser can begin before it has all; texts under any name only where there
    // are such, since fewer programs look for them there.
    if (lower_extension(path_) != ".mkv") {
      const bool more = !options_.metadata.empty();
      av_dict_set(&extra, "movflags",
                  more ? "+faststart+write_colr+use_metadata_tags" : "+faststart+write_colr", 0);
    }
    const int result = avformat_write_header(format_.get(), &extra);
    av_dict_free(&extra);
    check(result, "begin");
  }

  // nullptr: no more frames.
  void encode(const AVFrame* next) {
    check(avcodec_send_frame(codec_.get(), next), "encode");
    for (;;) {
      const int result = avcodec_receive_packet(codec_.get(), packet_.get());
      if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
      check(result, "encode");
      packet_->stream_index = stream_->index;
      packet_->duration = 1;
      av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
      check(av_interleaved_write_frame(format_.get(), packet_.get()), "write");
    }
  }

  fs::path path_, temporary_;
  int width_, height_;
  FrameWriteOptions options_;
  const Packaging& packaging_;
  Output format_;
  Owned<AVCodecContext> codec_;
  AVStream* stream_ = nullptr;  // Belongs to format_.
  std::unique_ptr<SoundCopy> sound_;
  Owned<AVFrame> frame_;
  Owned<AVPacket> packet_;
  std::unique_ptr<FramePacker> packer_;
  int64_t frames_ = 0;
};

}  // namespace

std::unique_ptr<FrameWriter> create_film(const fs::path& path, int width, int height,
                                         const FrameWriteOptions& options) {
  return std::make_unique<FilmWriter>(path, width, height, options);
}

}  // namespace sakuga::media
