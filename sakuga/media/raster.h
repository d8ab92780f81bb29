// What the decoders of image_file.cpp hand over: pixels as they are in the file, and what is still to be
// done to them. Internal to media.
#pragma once

#include <cstddef>
#include <vector>

namespace sakuga::media {

template <class Sample>  // uint8_t or float in [0, 1] (more in film pictures)
struct Raster {
  int width = 0, height = 0, channels = 0;  // 1 grey, 2 grey+alpha, 3 RGB, 4 RGBA.
  std::vector<Sample> samples = {};
  bool premultiplied = false;
  int orientation = 1;              // As EXIF numbers it: 1 is upright.
  std::vector<std::byte> icc = {};  // Empty: sRGB, or linear for film pictures.
};

}  // namespace sakuga::media
