// Pictures, folders of them and zips for the data tests.
#pragma once

#include <zip.h>

#include <map>

#include "sakuga/core/rng.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {

using core::expect_error;
using core::TemporaryFolder;

// Coarse blobs that depend on `seed`: two seeds look different, and a resized one looks the same.
inline media::Image8 test_picture(uint64_t seed, int width = 24, int height = 24, int channels = 3) {
  core::Rng rng(seed);
  uint8_t cells[4][4][4];
  for (auto& row : cells) {
    for (auto& cell : row) {
      for (auto& value : cell) value = static_cast<uint8_t>(rng.below(256));
    }
  }
  media::Image8 image(width, height, channels);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c) image.at(x, y)[c] = cells[y * 4 / height][x * 4 / width][c];
    }
  }
  return image;
}

// Smooth, with detail up to the frequencies that perceptual hashes look at.
inline media::Image8 smooth_picture(uint64_t seed, int channels = 3) {
  core::Rng rng(seed);
  media::Image8 cells(8, 8, channels);
  for (auto& byte : cells.bytes) byte = static_cast<uint8_t>(rng.below(256));
  return media::resize(cells, 96, 96, media::Filter::Bicubic);
}

inline std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

inline std::string png_text(const media::Image8& image) {
  return text_of(media::encode_png(image));
}
inline std::string jpeg_text(const media::Image8& image) {
  return text_of(media::encode_jpeg(image, 90));
}

// A zip with these files; `packed` compresses them, a password encrypts them.
inline std::filesystem::path write_zip(const std::filesystem::path& path,
                                       const std::map<std::string, std::string>& files, bool packed = true,
                                       const char* password = nullptr) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, text] : files) {
    zip_source_t* source = zip_source_buffer(zip, text.data(), text.size(), 0);
    const auto index = static_cast<zip_uint64_t>(zip_file_add(zip, name.c_str(), source, ZIP_FL_ENC_UTF_8));
    zip_set_file_compression(zip, index, packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 9);
    if (password) zip_file_set_encryption(zip, index, ZIP_EM_AES_128, password);
  }
  EXPECT_EQ(zip_close(zip), 0) << zip_strerror(zip);
  return path;
}

}  // namespace sakuga::data
