#include "sakuga/media/sound_copy.h"

#include <cmath>
#include <limits>

#include "sakuga/core/error.h"

namespace sakuga::media {

SoundCopy::SoundCopy(const FrameWriteOptions& options, AVFormatContext& output, const std::string& film)
    : input_(open_input(options.sound_from)), output_(output), packet_(av_packet_alloc()) {
  if (!packet_) throw std::bad_alloc();
  begin_s_ = options.sound_start_s;
  end_s_ = options.sound_length_s > 0 ? begin_s_ + options.sound_length_s
                                      : std::numeric_limits<double>::infinity();
  for (unsigned i = 0; i < input_->nb_streams; ++i) {
    AVStream& stream = *input_->streams[i];
    streams_.push_back(-1);
    if (stream.codecpar->codec_type == AVMEDIA_TYPE_AUDIO) {
      add_stream(int(i), output, film);
    } else {
      stream.discard = AVDISCARD_ALL;
    }
  }
}

void SoundCopy::add_stream(int number, AVFormatContext& output, const std::string& film) {
  const AVStream& from = *input_->streams[number];
  const AVCodecID codec = from.codecpar->codec_id;
  if (avformat_query_codec(output.oformat, codec, FF_COMPLIANCE_NORMAL) == 0) {
    core::fail(core::ErrorKind::Unsupported, "write: {}: {} cannot hold sound in {}; write a .mov or .mkv",
               film, output.oformat->name, avcodec_get_name(codec));
  }
  AVStream* to = avformat_new_stream(&output, nullptr);
  if (!to || avcodec_parameters_copy(to->codecpar, from.codecpar) < 0) throw std::bad_alloc();
  to->codecpar->codec_tag = 0;  // The container's own.
  to->time_base = from.time_base;
  av_dict_copy(&to->metadata, from.metadata, 0);
  streams_[size_t(number)] = to->index;
}

int SoundCopy::write_until(double time_s) {
  for (;;) {
    if (!pending_) {
      const int status = av_read_frame(input_.get(), packet_.get());
      if (status == AVERROR_EOF) return 0;
      if (status < 0) return status;
      pending_ = true;
    }
    const int number = packet_->stream_index;
    const bool copied = number < int(streams_.size()) && streams_[size_t(number)] >= 0;
    const AVStream& from = *input_->streams[number];
    const double length_s = double(packet_->duration) * av_q2d(from.time_base);
    const double at_s = packet_->pts == AV_NOPTS_VALUE ? 0 : double(packet_->pts) * av_q2d(from.time_base);
    if (!copied || at_s + length_s <= begin_s_ - 1e-9 || at_s >= end_s_ - 1e-9) {
      pending_ = false;
      av_packet_unref(packet_.get());
      continue;
    }
    if (at_s - begin_s_ > time_s) return 0;
    pending_ = false;
    const AVRational second{1, AV_TIME_BASE};
    const int64_t shift = av_rescale_q(std::llround(begin_s_ * AV_TIME_BASE), second, from.time_base);
    if (packet_->pts != AV_NOPTS_VALUE) packet_->pts -= shift;
    if (packet_->dts != AV_NOPTS_VALUE) packet_->dts -= shift;
    packet_->stream_index = streams_[size_t(number)];
    av_packet_rescale_ts(packet_.get(), from.time_base, output_.streams[packet_->stream_index]->time_base);
    packet_->pos = -1;
    if (const int status = av_interleaved_write_frame(&output_, packet_.get()); status < 0) return status;
  }
}

int SoundCopy::finish() {
  return write_until(std::numeric_limits<double>::infinity());
}

}  // namespace sakuga::media
