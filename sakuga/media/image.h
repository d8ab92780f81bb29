// Pictures in memory.
//
// Image8 is what data sets, networks and screens use: 8-bit, interleaved, sRGB, straight alpha.
// Image is what film work uses: float RGBA, straight alpha unless said otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sakuga::media {

struct Image8 {
  int width = 0, height = 0, channels = 0;  // 1 grey, 2 grey+alpha, 3 RGB, 4 RGBA.
  std::vector<uint8_t> bytes;               // height * width * channels, rows from the top.

  Image8() = default;
  Image8(int w, int h, int c) : width(w), height(h), channels(c), bytes(size_t(w) * h * c) {}
  uint8_t* at(int x, int y) { return bytes.data() + (size_t(y) * width + x) * channels; }
  const uint8_t* at(int x, int y) const { return bytes.data() + (size_t(y) * width + x) * channels; }
  bool operator==(const Image8&) const = default;
};

struct Rgba {
  float r = 0, g = 0, b = 0, a = 1;
  bool operator==(const Rgba&) const = default;
};

enum class Transfer { Srgb, Linear };

struct Image {
  int width = 0, height = 0;
  Transfer transfer = Transfer::Srgb;
  std::vector<Rgba> pixels;  // height * width, rows from the top.

  Image() = default;
  Image(int w, int h, Transfer t = Transfer::Srgb)
      : width(w), height(h), transfer(t), pixels(size_t(w) * h) {}
};

}  // namespace sakuga::media
