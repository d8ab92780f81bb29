// Films that FrameWriter does not write, made through libav: other pixel formats, rates and flags.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "sakuga/media/libav.h"

namespace sakuga::media {

struct RawFilm {
  const char* encoder = "ffv1";
  AVPixelFormat format = AV_PIX_FMT_YUV420P;
  int width = 64, height = 48, frames = 1;
  AVColorSpace matrix = AVCOL_SPC_UNSPECIFIED;
  AVColorRange range = AVCOL_RANGE_UNSPECIFIED;
  AVColorTransferCharacteristic transfer = AVCOL_TRC_UNSPECIFIED;
  bool interlaced = false;
  std::vector<std::pair<const char*, const char*>> stream_texts = {};
};

// `fill` draws frame i.
void write_raw_film(const std::filesystem::path& path, const RawFilm& film,
                    const std::function<void(AVFrame&, int)>& fill);

// Every packet of `from` again into `to`, as `change_stream` and `change_packet` want it: false leaves it
// out.
struct Remux {
  std::function<void(AVStream&)> change_stream = [](AVStream&) {};
  std::function<bool(AVPacket&)> change_packet = [](AVPacket&) { return true; };
};
void remux(const std::filesystem::path& from, const std::filesystem::path& to, const Remux& how);

// The samples of the first sound stream, first channel, decoded, and when the first of them is heard.
struct Sound {
  double start_s = 0;
  int rate = 0;
  std::vector<float> samples = {};
};
Sound read_sound(const std::filesystem::path& path);

// A tone of 440 Hz: 16-bit WAV if the name ends so, else through this encoder.
void write_tone(const std::filesystem::path& path, double seconds, const char* encoder = "pcm_s16le");

}  // namespace sakuga::media
