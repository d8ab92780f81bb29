#include <cstring>
#include <fstream>

#include "sakuga/core/error.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {
namespace fs = std::filesystem;
namespace {

using core::ErrorKind;
using core::fail;

// What only tells where a film is to be found: on other machines, in other files, or still to come.
bool is_play_list(const AVInputFormat& format) {
  for (const char* name : {"hls", "concat", "dash", "sdp", "rtsp", "imf"}) {
    if (std::strcmp(format.name, name) == 0) return true;
  }
  return false;
}

// What libav takes the file for, by its content; nullptr for nothing that it knows.
const AVInputFormat* probe(const std::string& url, int& status) {
  AVIOContext* file = nullptr;
  status = avio_open(&file, url.c_str(), AVIO_FLAG_READ);
  if (status < 0) return nullptr;
  const AVInputFormat* format = nullptr;
  status = av_probe_input_buffer2(file, &format, url.c_str(), nullptr, 0, 0);
  avio_closep(&file);
  return status < 0 ? nullptr : format;
}

[[noreturn]] void fail_no_film(const std::string& name, int status) {
  if (status == AVERROR(EACCES)) fail(ErrorKind::BadRequest, "read: no permission to read {}", name);
  if (status == AVERROR(ENOMEM)) throw std::bad_alloc();
  if (status == AVERROR_EOF) {
    fail(ErrorKind::CorruptInput, "read: {}: the film has no frames, or is cut off before the first", name);
  }
  fail(ErrorKind::CorruptInput,
       "read: {}: expected a film, got something that libav cannot read ({}); it is cut off, damaged or no "
       "film",
       name, text_of(status));
}

uint64_t big_endian(const unsigned char* bytes, int count) {
  uint64_t number = 0;
  for (int i = 0; i < count; ++i) number = number << 8 | bytes[i];
  return number;
}

// A size of EBML, the language of Matroska: its length is that of the zeros that it begins with.
// Returns how many bytes it takes; all ones mean that the size is not known.
int ebml_size(const unsigned char* bytes, uint64_t& size, bool& known) {
  int length = 1;
  while (length <= 8 && !(bytes[0] & (0x80 >> (length - 1)))) ++length;
  if (length > 8) return 0;
  const uint64_t mask = (uint64_t{1} << (7 * length)) - 1;
  size = big_endian(bytes, length) & mask;
  known = size != mask;
  return length;
}

}  // namespace

Input open_input(const fs::path& path) {
  silence_libav();
  const std::string name = path.string();
  std::error_code error;
  const auto status = fs::status(path, error);
  if (!fs::exists(status)) fail(ErrorKind::NotFound, "read: there is no file {}", name);
  if (fs::is_regular_file(status) && fs::file_size(path) == 0) {
    fail(ErrorKind::CorruptInput, "read: {}: expected a film, got 0 bytes", name);
  }
  const std::string url = "file:" + name;
  int result = 0;
  const AVInputFormat* found = probe(url, result);
  if (!found) fail_no_film(name, result);
  if (is_play_list(*found)) {
    fail(ErrorKind::Unsupported, "read: {}: expected a film, got a play list ({}); name the film itself",
         name, found->name);
  }
  AVFormatContext* opened = nullptr;
  AVDictionary* options = nullptr;
  av_dict_set(&options, "protocol_whitelist", "file", 0);
  result = avformat_open_input(&opened, url.c_str(), found, &options);
  av_dict_free(&options);
  Input format(opened);
  if (result >= 0) result = avformat_find_stream_info(format.get(), nullptr);
  if (result < 0) fail_no_film(name, result);
  return format;
}

bool states_more_bytes(const fs::path& path) {
  constexpr int kHead = 128;
  unsigned char head[kHead + 16] = {};
  std::ifstream file(path, std::ios::binary);
  if (!file.read(reinterpret_cast<char*>(head), kHead)) return false;
  const uint64_t length = fs::file_size(path);
  if (std::memcmp(head, "RIFF", 4) == 0 && std::memcmp(head + 8, "AVI ", 4) == 0) {
    const uint64_t size = head[4] | head[5] << 8 | head[6] << 16 | uint64_t(head[7]) << 24;
    return size + 8 > length;
  }
  if (big_endian(head, 4) != 0x1A45DFA3) return false;
  uint64_t size = 0;
  bool known = false;
  uint64_t place = 4;
  place += uint64_t(ebml_size(head + place, size, known));
  if (!known || size > kHead - 16 || big_endian(head + place + size, 4) != 0x18538067) return false;
  place += size + 4;
  if (place > kHead) return false;
  place += uint64_t(ebml_size(head + place, size, known));
  return known && place + size > length;
}

}  // namespace sakuga::media
