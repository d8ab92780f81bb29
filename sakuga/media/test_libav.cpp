#include "sakuga/media/test_libav.h"

#include <algorithm>
#include <cmath>

namespace sakuga::media {
namespace {

void expect_good(int status, const char* what) {
  EXPECT_GE(status, 0) << what << ": " << text_of(status);
}

Output begin_output(const std::filesystem::path& path) {
  silence_libav();
  AVFormatContext* created = nullptr;
  expect_good(avformat_alloc_output_context2(&created, nullptr, nullptr, path.c_str()), "make");
  Output output(created);
  expect_good(avio_open(&output->pb, path.c_str(), AVIO_FLAG_WRITE), "open");
  return output;
}

void encode(AVCodecContext& codec, AVFormatContext& output, const AVFrame* frame) {
  const Owned<AVPacket> packet(av_packet_alloc());
  expect_good(avcodec_send_frame(&codec, frame), "encode");
  while (avcodec_receive_packet(&codec, packet.get()) >= 0) {
    packet->stream_index = 0;
    av_packet_rescale_ts(packet.get(), codec.time_base, output.streams[0]->time_base);
    expect_good(av_interleaved_write_frame(&output, packet.get()), "write");
  }
}

AVStream& add_stream(AVFormatContext& output, AVCodecContext& codec, const AVCodec* encoder) {
  if (output.oformat->flags & AVFMT_GLOBALHEADER) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  expect_good(avcodec_open2(&codec, encoder, nullptr), "encoder");
  AVStream* stream = avformat_new_stream(&output, nullptr);
  stream->time_base = codec.time_base;
  expect_good(avcodec_parameters_from_context(stream->codecpar, &codec), "describe");
  return *stream;
}

}  // namespace

void write_raw_film(const std::filesystem::path& path, const RawFilm& film,
                    const std::function<void(AVFrame&, int)>& fill) {
  const Output output = begin_output(path);
  const AVCodec* encoder = avcodec_find_encoder_by_name(film.encoder);
  ASSERT_TRUE(encoder) << film.encoder;
  const Owned<AVCodecContext> codec(avcodec_alloc_context3(encoder));
  codec->width = film.width;
  codec->height = film.height;
  codec->pix_fmt = film.format;
  codec->time_base = {1, 24};
  codec->colorspace = film.matrix;
  codec->color_range = film.range;
  codec->color_trc = film.transfer;
  if (film.interlaced) codec->flags |= AV_CODEC_FLAG_INTERLACED_DCT | AV_CODEC_FLAG_INTERLACED_ME;
  AVStream& stream = add_stream(*output, *codec, encoder);
  stream.avg_frame_rate = {24, 1};
  for (const auto& [key, text] : film.stream_texts) av_dict_set(&stream.metadata, key, text, 0);
  expect_good(avformat_write_header(output.get(), nullptr), "begin");
  for (int i = 0; i < film.frames; ++i) {
    const Owned<AVFrame> frame = make_frame(film.format, film.width, film.height);
    frame->colorspace = film.matrix;
    frame->color_range = film.range;
    frame->color_trc = film.transfer;
    frame->interlaced_frame = frame->top_field_first = film.interlaced;
    fill(*frame, i);
    frame->pts = i;
    encode(*codec, *output, frame.get());
  }
  encode(*codec, *output, nullptr);
  expect_good(av_write_trailer(output.get()), "finish");
}

void remux(const std::filesystem::path& from, const std::filesystem::path& to, const Remux& how) {
  const Input input = open_input(from);
  const Output output = begin_output(to);
  for (unsigned i = 0; i < input->nb_streams; ++i) {
    AVStream* stream = avformat_new_stream(output.get(), nullptr);
    avcodec_parameters_copy(stream->codecpar, input->streams[i]->codecpar);
    stream->codecpar->codec_tag = 0;
    stream->time_base = input->streams[i]->time_base;
    how.change_stream(*stream);
  }
  AVDictionary* options = nullptr;
  av_dict_set(&options, "movflags", "+faststart", 0);
  expect_good(avformat_write_header(output.get(), &options), "begin");
  av_dict_free(&options);
  const Owned<AVPacket> packet(av_packet_alloc());
  while (av_read_frame(input.get(), packet.get()) >= 0) {
    const int stream = packet->stream_index;
    if (!how.change_packet(*packet)) {
      av_packet_unref(packet.get());
      continue;
    }
    av_packet_rescale_ts(packet.get(), input->streams[stream]->time_base, output->streams[stream]->time_base);
    expect_good(av_interleaved_write_frame(output.get(), packet.get()), "write");
  }
  expect_good(av_write_trailer(output.get()), "finish");
}

Sound read_sound(const std::filesystem::path& path) {
  Sound sound;
  const Input input = open_input(path);
  const int number = av_find_best_stream(input.get(), AVMEDIA_TYPE_AUDIO, -1, -1, nullptr, 0);
  if (number < 0) return sound;
  const AVStream& stream = *input->streams[number];
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  const Owned<AVCodecContext> codec(avcodec_alloc_context3(decoder));
  avcodec_parameters_to_context(codec.get(), stream.codecpar);
  codec->pkt_timebase = stream.time_base;
  expect_good(avcodec_open2(codec.get(), decoder, nullptr), "decoder");
  sound.rate = stream.codecpar->sample_rate;
  const Owned<AVPacket> packet(av_packet_alloc());
  const Owned<AVFrame> frame(av_frame_alloc());
  for (bool more = true; more;) {
    more = av_read_frame(input.get(), packet.get()) >= 0;
    if (more && packet->stream_index != number) {
      av_packet_unref(packet.get());
      continue;
    }
    avcodec_send_packet(codec.get(), more ? packet.get() : nullptr);
    av_packet_unref(packet.get());
    while (avcodec_receive_frame(codec.get(), frame.get()) >= 0) {
      if (sound.samples.empty()) sound.start_s = double(frame->pts) * av_q2d(stream.time_base);
      for (int i = 0; i < frame->nb_samples; ++i) {
        const bool planar = av_sample_fmt_is_planar(codec->sample_fmt);
        const int step = planar ? 1 : codec->ch_layout.nb_channels;
        const bool shorts = codec->sample_fmt == AV_SAMPLE_FMT_S16 || codec->sample_fmt == AV_SAMPLE_FMT_S16P;
        const float sample = shorts
                                 ? float(reinterpret_cast<const int16_t*>(frame->data[0])[i * step]) / 32768
                                 : reinterpret_cast<const float*>(frame->data[0])[i * step];
        sound.samples.push_back(sample);
      }
    }
  }
  return sound;
}

void write_tone(const std::filesystem::path& path, double seconds, const char* encoder_name) {
  const Output output = begin_output(path);
  const AVCodec* encoder = avcodec_find_encoder_by_name(encoder_name);
  ASSERT_TRUE(encoder) << encoder_name;
  const Owned<AVCodecContext> codec(avcodec_alloc_context3(encoder));
  codec->sample_rate = 48000;
  codec->sample_fmt = encoder->sample_fmts[0];
  codec->time_base = {1, codec->sample_rate};
  av_channel_layout_default(&codec->ch_layout, 1);
  add_stream(*output, *codec, encoder);
  expect_good(avformat_write_header(output.get(), nullptr), "begin");
  const auto total = int64_t(seconds * codec->sample_rate);
  const int block = codec->frame_size > 0 ? codec->frame_size : 1024;
  for (int64_t at = 0; at < total; at += block) {
    const Owned<AVFrame> frame(av_frame_alloc());
    frame->nb_samples = int(std::min<int64_t>(block, total - at));
    frame->format = codec->sample_fmt;
    frame->sample_rate = codec->sample_rate;
    av_channel_layout_copy(&frame->ch_layout, &codec->ch_layout);
    expect_good(av_frame_get_buffer(frame.get(), 0), "memory");
    for (int i = 0; i < frame->nb_samples; ++i) {
      // Louder and louder, so that a shift shows.
      const double time_s = double(at + i) / codec->sample_rate;
      const double value = 0.8 * time_s / seconds * std::sin(2 * M_PI * 440 * time_s);
      if (codec->sample_fmt == AV_SAMPLE_FMT_S16) {
        reinterpret_cast<int16_t*>(frame->data[0])[i] = int16_t(value * 32767);
      } else {
        reinterpret_cast<float*>(frame->data[0])[i] = float(value);
      }
    }
    frame->pts = at;
    encode(*codec, *output, frame.get());
  }
  encode(*codec, *output, nullptr);
  expect_good(av_write_trailer(output.get()), "finish");
}

}  // namespace sakuga::media
