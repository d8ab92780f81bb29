#include "sakuga/media/jpeg.h"

#include <algorithm>
#include <cstring>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

constexpr size_t kStart = 2;  // FF D8.
constexpr std::string_view kExif("Exif\0\0", 6);

struct Segment {
  int marker = 0;
  size_t begin = 0, end = 0;  // Of the whole segment: FF, marker, two bytes of length, data.
};

int at(std::span<const std::byte> bytes, size_t place) {
  return std::to_integer<int>(bytes[place]);
}

bool is_frame(int marker) {
  return marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
}

std::vector<Segment> segments(std::span<const std::byte> jpeg, const std::string& name) {
  std::vector<Segment> result;
  constexpr int kStartOfScan = 0xDA, kFill = 0xFF;
  for (size_t place = kStart; place + 4 <= jpeg.size() && at(jpeg, place) == 0xFF;) {
    const int marker = at(jpeg, place + 1);
    if (marker == kStartOfScan) return result;
    if (marker == kFill) {
      ++place;
      continue;
    }
    const size_t length =
        static_cast<size_t>(at(jpeg, place + 2)) << 8 | static_cast<size_t>(at(jpeg, place + 3));
    if (length < 2 || place + 2 + length > jpeg.size()) break;
    result.push_back({marker, place, place + 2 + length});
    place += 2 + length;
  }
  core::fail(core::ErrorKind::CorruptInput,
             "read: {}: the JPEG file has no picture after its header; cut off?", name);
}

bool is_exif(std::span<const std::byte> jpeg, const Segment& segment) {
  constexpr int kApp1 = 0xE1;
  return segment.marker == kApp1 && segment.end - segment.begin >= 4 + kExif.size() &&
         std::memcmp(&jpeg[segment.begin + 4], kExif.data(), kExif.size()) == 0;
}

// libjpeg fills up what is missing, and of a progressive picture it does not even tell.
void check_end(std::span<const std::byte> jpeg, size_t header_end, const std::string& name) {
  const std::byte end_of_image[] = {std::byte(0xFF), std::byte(0xD9)};
  const auto scans = jpeg.subspan(header_end);
  if (std::find_end(scans.begin(), scans.end(), std::begin(end_of_image), std::end(end_of_image)) ==
      scans.end()) {
    core::fail(core::ErrorKind::CorruptInput,
               "read: {}: the JPEG file ends before its picture does; cut off?", name);
  }
}

}  // namespace

JpegHeader read_jpeg_header(std::span<const std::byte> jpeg, const std::string& name) {
  JpegHeader header;
  const std::vector<Segment> found = segments(jpeg, name);
  check_end(jpeg, found.empty() ? kStart : found.back().end, name);
  for (const Segment& segment : found) {
    // A frame: length, bits a sample, height, width, and then the number of components.
    if (is_frame(segment.marker) && segment.end - segment.begin >= 10) {
      header.components = at(jpeg, segment.begin + 9);
    }
    if (header.exif.empty() && is_exif(jpeg, segment)) {
      const size_t begin = segment.begin + 4 + kExif.size();
      header.exif = jpeg.subspan(begin, segment.end - begin);
    }
  }
  return header;
}

std::vector<std::byte> with_jpeg_exif(std::span<const std::byte> jpeg, std::span<const std::byte> exif) {
  const size_t length = 2 + kExif.size() + exif.size();
  std::vector<std::byte> result(jpeg.begin(), jpeg.begin() + kStart);
  for (const size_t byte : {size_t{0xFF}, size_t{0xE1}, length >> 8, length & 0xFF})
    result.push_back(std::byte(byte));
  const auto mark = std::as_bytes(std::span(kExif));
  result.insert(result.end(), mark.begin(), mark.end());
  result.insert(result.end(), exif.begin(), exif.end());
  size_t copied = kStart;
  for (const Segment& segment : segments(jpeg, "JPEG")) {
    if (is_exif(jpeg, segment)) {
      result.insert(result.end(), jpeg.begin() + copied, jpeg.begin() + segment.begin);
      copied = segment.end;
    }
  }
  result.insert(result.end(), jpeg.begin() + copied, jpeg.end());
  return result;
}

}  // namespace sakuga::media
