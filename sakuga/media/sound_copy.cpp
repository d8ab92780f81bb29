#include "sakuga/media/sound_copy.h"

#include <algorithm>
#include <cmath>
#include <cstring>
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
  keep_priming();
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

// What an encoder put before the sound, or what of its first packet comes before the first frame, is to be
// left out by the player: MOV and MP4 say so by an edit list, Matroska by a delay that it must know first.
void SoundCopy::keep_priming() {
  while (!pending_ && av_read_frame(input_.get(), packet_.get()) >= 0) {
    double begin_s = 0;
    pending_ = is_due(begin_s);
    if (!pending_) {
      av_packet_unref(packet_.get());
      continue;
    }
    cut_to_range(begin_s);
    const AVRational base = input_->streams[packet_->stream_index]->time_base;
    const double early_s = begin_s_ - double(packet_->pts) * av_q2d(base);
    for (const int number : streams_) {
      if (number < 0 || early_s <= 1e-6) continue;
      AVCodecParameters& sound = *output_.streams[number]->codecpar;
      sound.initial_padding = int(std::lround(early_s * sound.sample_rate));
      if (std::strcmp(output_.oformat->name, "matroska") == 0)
        output_.avoid_negative_ts = AVFMT_AVOID_NEG_TS_DISABLED;
    }
  }
}

// Whether packet_ is to be heard, and when it begins in its file.
bool SoundCopy::is_due(double& begin_s) {
  const int number = packet_->stream_index;
  if (number >= int(streams_.size()) || streams_[size_t(number)] < 0) return false;
  const double base = av_q2d(input_->streams[number]->time_base);
  begin_s = packet_->pts == AV_NOPTS_VALUE ? 0 : double(packet_->pts) * base;
  const double length_s = double(packet_->duration) * base;
  // Compressed sound decodes rightly only after the packet before.
  const bool compressed = av_get_exact_bits_per_sample(input_->streams[number]->codecpar->codec_id) == 0;
  const double end_s = begin_s + (compressed ? 2 : 1) * length_s;
  return end_s > begin_s_ + 1e-9 && begin_s < end_s_ - 1e-9;
}

// Uncompressed sound can be cut at any sample.
void SoundCopy::cut_to_range(double begin_s) {
  const AVStream& stream = *input_->streams[packet_->stream_index];
  const AVCodecParameters& sound = *stream.codecpar;
  const int sample_bytes = av_get_exact_bits_per_sample(sound.codec_id) / 8;
  const int block = sample_bytes * sound.ch_layout.nb_channels;
  if (block == 0 || packet_->pts == AV_NOPTS_VALUE) return;
  const int64_t samples = packet_->size / block;
  const int64_t skip =
      std::clamp<int64_t>(std::llround((begin_s_ - begin_s) * sound.sample_rate), 0, samples);
  const double stop = std::min((end_s_ - begin_s) * sound.sample_rate, double(samples));
  const int64_t keep = std::max<int64_t>(0, std::llround(stop) - skip);
  packet_->data += skip * block;
  packet_->size = int(keep * block);
  const AVRational sample{1, sound.sample_rate};
  packet_->pts += av_rescale_q(skip, sample, stream.time_base);
  packet_->dts = packet_->pts;
  packet_->duration = av_rescale_q(keep, sample, stream.time_base);
}

int SoundCopy::write_until(double time_s) {
  for (;;) {
    if (!pending_) {
      const int status = av_read_frame(input_.get(), packet_.get());
      if (status == AVERROR_EOF) return 0;
      if (status < 0) return status;
      double begin_s = 0;
      if (!is_due(begin_s)) {
        av_packet_unref(packet_.get());
        continue;
      }
      pending_ = true;
      cut_to_range(begin_s);
    }
    const AVRational base = input_->streams[packet_->stream_index]->time_base;
    if (packet_->pts != AV_NOPTS_VALUE && double(packet_->pts) * av_q2d(base) - begin_s_ > time_s) return 0;
    pending_ = false;
    const int64_t shift = std::llround(begin_s_ / av_q2d(base));
    if (packet_->pts != AV_NOPTS_VALUE) packet_->pts -= shift;
    if (packet_->dts != AV_NOPTS_VALUE) packet_->dts -= shift;
    packet_->stream_index = streams_[size_t(packet_->stream_index)];
    packet_->pos = -1;
    av_packet_rescale_ts(packet_.get(), base, output_.streams[packet_->stream_index]->time_base);
    if (const int status = av_interleaved_write_frame(&output_, packet_.get()); status < 0) return status;
  }
}

int SoundCopy::finish() {
  return write_until(std::numeric_limits<double>::infinity());
}

}  // namespace sakuga::media
