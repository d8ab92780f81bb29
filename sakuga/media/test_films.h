// Films and checks that the tests of media share.
#pragma once

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"
#include "sakuga/media/frames.h"

namespace sakuga::media {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::expect_error;
using core::TemporaryFolder;

// A soft wave that moves by a few pixels a frame; with alpha it fades from the left to the right.
inline Image wave(int width, int height, int64_t number, bool alpha = false) {
  Image image(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      Rgba& pixel = image.pixels[size_t(y) * size_t(width) + size_t(x)];
      pixel.r = 0.5f + 0.4f * std::sin(float(x) * 0.15f + float(number) * 0.3f);
      pixel.g = 0.1f + 0.8f * float(y) / float(height);
      pixel.b = 0.5f - 0.4f * std::sin(float(x) * 0.15f + float(number) * 0.3f);
      pixel.a = alpha ? float(x) / float(std::max(1, width - 1)) : 1;
    }
  }
  return image;
}

// A plain frame that tells its number: grey of number / 64.
inline Image numbered(int width, int height, int64_t number) {
  Image image(width, height);
  for (Rgba& pixel : image.pixels) pixel.r = pixel.g = pixel.b = float(number) / 64;
  return image;
}

inline int64_t number_in(const Image& image) {
  return std::llround(image.pixels[image.pixels.size() / 2].g * 64);
}

struct Difference {
  double colour = 0, alpha = 0;  // Largest for `worst`, else the mean.
};

inline Difference mean_difference(const Image& a, const Image& b) {
  EXPECT_EQ(a.pixels.size(), b.pixels.size());
  Difference sum;
  for (size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i) {
    const Rgba &p = a.pixels[i], &q = b.pixels[i];
    sum.colour += std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b);
    sum.alpha += std::abs(p.a - q.a);
  }
  const double count = double(a.pixels.size());
  return {.colour = sum.colour / count / 3, .alpha = sum.alpha / count};
}

inline double worst_difference(const Image& a, const Image& b) {
  EXPECT_EQ(a.pixels.size(), b.pixels.size());
  float worst = 0;
  for (size_t i = 0; i < std::min(a.pixels.size(), b.pixels.size()); ++i) {
    const Rgba &p = a.pixels[i], &q = b.pixels[i];
    worst =
        std::max({worst, std::abs(p.r - q.r), std::abs(p.g - q.g), std::abs(p.b - q.b), std::abs(p.a - q.a)});
  }
  return worst;
}

inline void write_waves(const fs::path& path, int width, int height, int64_t frames,
                        const FrameWriteOptions& options, bool alpha = false) {
  const auto writer = FrameWriter::create(path, width, height, options);
  for (int64_t i = 0; i < frames; ++i) writer->write(wave(width, height, i, alpha));
  writer->close();
}

inline std::vector<Image> read_all(const fs::path& path, const FrameReadOptions& options = {}) {
  const auto reader = FrameReader::open(path, options);
  std::vector<Image> frames;
  for (Image frame; reader->read(frame);) frames.push_back(frame);
  EXPECT_EQ(int64_t(frames.size()), reader->info().count);
  return frames;
}

inline bool is_empty(const TemporaryFolder& folder) {
  return fs::is_empty(folder.path());
}

}  // namespace sakuga::media
