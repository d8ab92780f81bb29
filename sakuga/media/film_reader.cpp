#include "sakuga/media/film_reader.h"

extern "C" {
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cstring>
#include <thread>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/film_table.h"
#include "sakuga/media/film_unpack.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {
namespace fs = std::filesystem;
namespace {

using core::ErrorKind;
using core::fail;

const char* or_unknown(const char* name) {
  return name ? name : "unknown";
}

// The decoders of libav that keep the alpha of VP8 and VP9 are not its first choice.
const AVCodec* decoder_of(const std::string& name, const AVStream& stream) {
  const AVCodecID id = stream.codecpar->codec_id;
  const AVDictionaryEntry* alpha = av_dict_get(stream.metadata, "alpha_mode", nullptr, 0);
  const AVCodec* codec = nullptr;
  if (alpha && std::strcmp(alpha->value, "1") == 0) {
    if (id == AV_CODEC_ID_VP9) codec = avcodec_find_decoder_by_name("libvpx-vp9");
    if (id == AV_CODEC_ID_VP8) codec = avcodec_find_decoder_by_name("libvpx");
  }
  if (!codec) codec = avcodec_find_decoder(id);
  if (!codec) {
    fail(ErrorKind::Unsupported, "read: {}: this libav has no decoder for {}", name, avcodec_get_name(id));
  }
  return codec;
}

Owned<AVCodecContext> open_decoder(const std::string& name, const AVStream& stream) {
  const AVCodec* codec = decoder_of(name, stream);
  Owned<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (!context || avcodec_parameters_to_context(context.get(), stream.codecpar) < 0) throw std::bad_alloc();
  context->pkt_timebase = stream.time_base;
  context->thread_count = int(std::clamp(std::thread::hardware_concurrency(), 1u, 8u));
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    fail(ErrorKind::Unsupported, "read: {}: the decoder {} does not take this film: {}", name, codec->name,
         text_of(error));
  }
  return context;
}

// What the frame leaves open, the container may state.
void fill_tags(AVFrame& frame, const AVCodecParameters& stream) {
  if (frame.colorspace == AVCOL_SPC_UNSPECIFIED) frame.colorspace = stream.color_space;
  if (frame.color_range == AVCOL_RANGE_UNSPECIFIED) frame.color_range = stream.color_range;
  if (frame.color_primaries == AVCOL_PRI_UNSPECIFIED) frame.color_primaries = stream.color_primaries;
  if (frame.color_trc == AVCOL_TRC_UNSPECIFIED) frame.color_trc = stream.color_trc;
}

class FilmReader : public FrameReader {
 public:
  FilmReader(const fs::path& path, const FrameReadOptions& options) : path_(path), name_(path.string()) {
    open();
    table_ = read_film_table(*format_, *stream_);
    table_.truncated |= states_more_bytes(path);
    if (table_.count() == 0) fail(ErrorKind::CorruptInput, "read: {}: the film has no frames", name_);
    choose_cadence(options);
    describe_file();
    rewind();
    describe_picture();
    choose_range(options);
    seek(info_.first_number);
  }

  const FramesInfo& info() const override { return info_; }
  int64_t number() const override { return number_; }

  bool read(Image& frame) override {
    if (number_ >= last_) return false;
    const int64_t wanted = cadence_->source(number_);  // Of the frame number_ + 1.
    while (index_ < wanted) next_frame(wanted);
    unpacker_->unpack(*frame_, frame);
    ++number_;
    return true;
  }

  void seek(int64_t number) override {
    if (number < info_.first_number || number > last_) {
      fail(ErrorKind::BadRequest, "read: {}: expected a frame from {} to {}, got {}", name_,
           info_.first_number, last_, number);
    }
    number_ = number - 1;
    const int64_t wanted = cadence_->source(number_);
    constexpr int64_t kNear = 8;  // Decoding so many is quicker than beginning anew.
    if (wanted >= index_ && wanted <= index_ + kNear) return;
    if (jump(wanted)) return;
    rewind();
    while (index_ < wanted) next_frame(wanted);
  }

 private:
  void open() {
    format_ = open_input(path_);
    const int number = av_find_best_stream(format_.get(), AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
    if (number < 0 || format_->streams[number]->disposition & AV_DISPOSITION_ATTACHED_PIC) {
      fail(ErrorKind::CorruptInput,
           "read: {}: expected a film, got a file without moving pictures ({}); it is cut off or only sound",
           name_, format_->iformat->long_name);
    }
    stream_ = format_->streams[number];
    for (unsigned i = 0; i < format_->nb_streams; ++i) {
      AVStream& stream = *format_->streams[i];
      info_.sound |= stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO;
      if (&stream != stream_) stream.discard = AVDISCARD_ALL;
    }
    codec_ = open_decoder(name_, *stream_);
    packet_.reset(av_packet_alloc());
    frame_.reset(av_frame_alloc());
    if (!packet_ || !frame_) throw std::bad_alloc();
  }

  // To the beginning of the file, whatever it was that could not be done.
  void rewind() {
    codec_.reset();
    format_.reset();
    open();
    index_ = -1;
    flushing_ = false;
  }

  void choose_cadence(const FrameReadOptions& options) {
    info_.rate = options.rate.value_or(table_.rate);
    info_.variable_rate = table_.variable;
    const bool constant = !table_.variable && (!options.rate || *options.rate == table_.rate);
    cadence_ = constant ? std::make_unique<Cadence>(table_)
                        : std::make_unique<Cadence>(table_, stream_->time_base, info_.rate);
  }

  void describe_file() {
    info_.start_s = table_.timed ? double(table_.shown[0]) * av_q2d(stream_->time_base) : 0;
    const AVRational aspect = av_guess_sample_aspect_ratio(format_.get(), stream_, nullptr);
    if (aspect.num > 0 && aspect.den > 0) info_.pixel_aspect = av_q2d(aspect);
    for (const AVDictionaryEntry* entry = nullptr;
         (entry = av_dict_get(format_->metadata, "", entry, AV_DICT_IGNORE_SUFFIX));) {
      info_.metadata[entry->key] = entry->value;
    }
  }

  // What only the first frame tells.
  void describe_picture() {
    next_frame(0);
    const auto format = AVPixelFormat(frame_->format);
    const AVPixFmtDescriptor* description = av_pix_fmt_desc_get(format);
    fill_tags(*frame_, *stream_->codecpar);
    check_transfer(name_, frame_->color_trc);
    if (frame_->interlaced_frame || stream_->codecpar->field_order > AV_FIELD_PROGRESSIVE) {
      fail(ErrorKind::Unsupported,
           "read: {}: expected whole frames, got interlaced ones, which hold two moments in their odd and "
           "even "
           "rows; take them apart first, as with ffmpeg -i IN -vf bwdif=send_frame -c:v ffv1 -c:a copy "
           "OUT.mkv",
           name_);
    }
    const FilmColour colour =
        film_colour(format, frame_->width, frame_->height, frame_->colorspace, frame_->color_range);
    const Turn turn = turn_of(reinterpret_cast<const int32_t*>(
        av_stream_get_side_data(stream_, AV_PKT_DATA_DISPLAYMATRIX, nullptr)));
    unpacker_ = std::make_unique<FrameUnpacker>(format, frame_->width, frame_->height, colour, turn);
    info_.width = turn.transpose ? frame_->height : frame_->width;
    info_.height = turn.transpose ? frame_->width : frame_->height;
    if (turn.transpose) info_.pixel_aspect = 1 / info_.pixel_aspect;
    info_.alpha = description->flags & AV_PIX_FMT_FLAG_ALPHA;
    info_.bits = description->flags & AV_PIX_FMT_FLAG_PAL ? 8 : description->comp[0].depth;
    info_.colour = {.matrix = or_unknown(av_color_space_name(colour.matrix)),
                    .range = colour.full_range ? "pc" : "tv",
                    .primaries = or_unknown(av_color_primaries_name(frame_->color_primaries)),
                    .transfer = or_unknown(av_color_transfer_name(frame_->color_trc)),
                    .assumed = colour.assumed};
    info_.format = fmt::format("{} {}", avcodec_get_name(stream_->codecpar->codec_id), description->name);
  }

  void choose_range(const FrameReadOptions& options) {
    const int64_t count = cadence_->count();
    if (table_.truncated && options.last.value_or(INT64_MAX) > count) {
      const std::string listed =
          table_.listed > table_.count() ? fmt::format("expected {} frames", table_.listed) : "expected more";
      fail(ErrorKind::CorruptInput,
           "read: {}: the film is cut off or damaged: {}, got {}; to use what is there, ask for the frames "
           "1-{}",
           name_, listed, table_.count(), count);
    }
    const FrameRange range = chosen_range(name_, 1, count, options);
    info_.first_number = range.first;
    info_.count = range.last - range.first + 1;
    last_ = range.last;
    info_.start_s += double(range.first - 1) / info_.rate.value();
    info_.held = cadence_->held(range.first - 1, range.last - 1);
    info_.dropped = cadence_->dropped(range.first - 1, range.last - 1);
  }

  // Begins at the last frame before `wanted` that can be decoded by itself; false if that did not lead there.
  bool jump(int64_t wanted) {
    const int64_t time = table_.shown[size_t(wanted)];
    const auto later = std::partition_point(table_.entries.begin(), table_.entries.end(),
                                            [&](const Entry& entry) { return entry.shown <= time; });
    if (!table_.timed || later == table_.entries.begin()) return false;
    const Entry& entry = *(later - 1);
    if (index_ < wanted && index_ >= 0 && table_.shown[size_t(index_)] >= entry.shown) return true;
    if (av_seek_frame(format_.get(), stream_->index, entry.decoded, AVSEEK_FLAG_BACKWARD) < 0) return false;
    avcodec_flush_buffers(codec_.get());
    flushing_ = false;
    index_ = -1;
    next_frame(wanted);
    return index_ <= wanted;
  }

  // Decodes one more frame on the way to `wanted`.
  void next_frame(int64_t wanted) {
    for (;;) {
      const int result = avcodec_receive_frame(codec_.get(), frame_.get());
      if (result == 0) break;
      if (result == AVERROR_EOF) fail_short(wanted);
      if (result != AVERROR(EAGAIN)) fail_damaged_frame(result);
      send_packet();
    }
    index_ = index_of(frame_->best_effort_timestamp);
  }

  void send_packet() {
    if (flushing_) fail(ErrorKind::Internal, "read: {}: the decoder asks for more after the end", name_);
    int result = 0;
    do {
      av_packet_unref(packet_.get());
      result = av_read_frame(format_.get(), packet_.get());
    } while (result >= 0 && packet_->stream_index != stream_->index);
    if (result < 0) {
      flushing_ = true;
      result = avcodec_send_packet(codec_.get(), nullptr);
    } else {
      result = avcodec_send_packet(codec_.get(), packet_.get());
    }
    av_packet_unref(packet_.get());
    if (result < 0) fail_damaged_frame(result);
  }

  int64_t index_of(int64_t time) const {
    if (table_.timed && time != AV_NOPTS_VALUE) {
      const auto found = std::lower_bound(table_.shown.begin(), table_.shown.end(), time);
      if (found != table_.shown.end() && *found == time) return found - table_.shown.begin();
    }
    return index_ + 1;
  }

  [[noreturn]] void fail_damaged_frame(int error) const {
    if (error == AVERROR(ENOMEM)) throw std::bad_alloc();
    const auto kind = error == AVERROR_PATCHWELCOME ? ErrorKind::Unsupported : ErrorKind::CorruptInput;
    fail(kind, "read: {}: near frame {} of {} the film cannot be decoded: {}", name_, index_ + 2,
         table_.count(), text_of(error));
  }

  [[noreturn]] void fail_short(int64_t wanted) const {
    fail(ErrorKind::CorruptInput,
         "read: {}: expected {} frames, but the last that can be decoded is {} (looking for {})", name_,
         table_.count(), index_ + 1, wanted + 1);
  }

  fs::path path_;
  std::string name_;
  Input format_;
  AVStream* stream_ = nullptr;  // Belongs to format_.
  Owned<AVCodecContext> codec_;
  Owned<AVPacket> packet_;
  Owned<AVFrame> frame_;
  FilmTable table_;
  std::unique_ptr<Cadence> cadence_;
  std::unique_ptr<FrameUnpacker> unpacker_;
  FramesInfo info_;
  int64_t index_ = -1;  // Of frame_ in table_; -1 before the first.
  int64_t number_ = 0, last_ = 0;
  bool flushing_ = false;
};

}  // namespace

std::unique_ptr<FrameReader> open_film(const fs::path& path, const FrameReadOptions& options) {
  return std::make_unique<FilmReader>(path, options);
}

}  // namespace sakuga::media
