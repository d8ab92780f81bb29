// Owners and messages of libav objects. Internal to media.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswscale/swscale.h>
}

#include <filesystem>
#include <memory>
#include <new>
#include <string>

namespace sakuga::media {

struct Free {
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};

template <class T>
using Owned = std::unique_ptr<T, Free>;

struct CloseInput {
  void operator()(AVFormatContext* format) const { avformat_close_input(&format); }
};
using Input = std::unique_ptr<AVFormatContext, CloseInput>;

struct CloseOutput {
  void operator()(AVFormatContext* format) const {
    avio_closep(&format->pb);
    avformat_free_context(format);
  }
};
using Output = std::unique_ptr<AVFormatContext, CloseOutput>;

inline std::string text_of(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof(text));
  return text;
}

// Memory for a picture. Throws std::bad_alloc.
inline Owned<AVFrame> make_frame(int format, int width, int height) {
  Owned<AVFrame> frame(av_frame_alloc());
  if (!frame) throw std::bad_alloc();
  frame->format = format;
  frame->width = width;
  frame->height = height;
  if (av_frame_get_buffer(frame.get(), 0) < 0) throw std::bad_alloc();
  return frame;
}

// libav reports through its return values; what it prints besides would break the progress line.
inline void silence_libav() {
  av_log_set_level(AV_LOG_QUIET);
}

// Opens a file on this machine and finds its streams. Throws Error(NotFound), Error(CorruptInput), and
// Error(Unsupported) for play lists, which lead elsewhere.
Input open_input(const std::filesystem::path& path);

// Whether a Matroska or AVI file says in its head that it is longer than it is.
bool states_more_bytes(const std::filesystem::path& path);

// The extension in small letters, with its point.
std::string lower_extension(const std::filesystem::path& path);

}  // namespace sakuga::media
