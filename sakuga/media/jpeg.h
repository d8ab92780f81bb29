// The segments of a JPEG file before its pixels. Internal to media.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace sakuga::media {

struct JpegHeader {
  int components = 0;                    // 1 grey, 3 colour, 4 print (CMYK, YCCK).
  std::span<const std::byte> exif = {};  // The EXIF block, into the file's bytes; empty if none.
};

// Throws Error(CorruptInput) if the header or the picture has no end.
JpegHeader read_jpeg_header(std::span<const std::byte> jpeg, const std::string& name);

// `jpeg` with this EXIF block, and no other, as its first segment.
std::vector<std::byte> with_jpeg_exif(std::span<const std::byte> jpeg, std::span<const std::byte> exif);

}  // namespace sakuga::media
