// Pictures and checks that the tests of media share.
#pragma once

#include <gtest/gtest.h>
#include <zlib.h>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"

namespace sakuga::media {

namespace fs = std::filesystem;
using Bytes = std::vector<std::byte>;
using core::ErrorKind;
using core::TemporaryFolder;

// Smooth, so that JPEG stays near it.
inline Image8 gradient(int width, int height, int channels) {
  Image8 image(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) {
        image.at(x, y)[c] = static_cast<uint8_t>(c == 1 ? 255 - 255 * y / height : 255 * x / width);
      }
    }
  }
  return image;
}

inline Image film(int width, int height) {
  Image image(width, height, Transfer::Linear);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    image.pixels[i] = {.r = i * 0.125f, .g = 0.5f, .b = 4, .a = i % 2 ? 0.5f : 1.0f};
  }
  return image;
}

inline Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

inline std::string refusal(ErrorKind kind, auto&& action) {
  try {
    action();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

inline std::string refusal_of(ErrorKind kind, const Bytes& encoded, ReadLimits limits = {}) {
  return refusal(kind, [&] { decode_image8(encoded, "a.png", limits); });
}

inline Image8 pixel(std::vector<uint8_t> samples) {
  Image8 image(1, 1, static_cast<int>(samples.size()));
  image.bytes = std::move(samples);
  return image;
}

// A chunk put between a PNG's header and its pixels.
inline Bytes with_chunk(const Bytes& png, const std::string& type, const std::string& data) {
  const auto number = [](uint32_t n) {
    return std::string{char(n >> 24), char(n >> 16), char(n >> 8), char(n)};
  };
  const std::string body = type + data;
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  const Bytes chunk = bytes_of(number(uint32_t(data.size())) + body + number(uint32_t(sum)));
  Bytes result = png;
  result.insert(result.begin() + 33, chunk.begin(), chunk.end());
  return result;
}

}  // namespace sakuga::media
