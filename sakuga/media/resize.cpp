#include "sakuga/media/resize.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

// Follows Pillow's Resample.c, integer arithmetic included, so that results are equal byte for byte.
constexpr int kPrecisionBits = 32 - 8 - 2;

double sinc(double x) {
  return x == 0 ? 1 : std::sin(std::numbers::pi * x) / (std::numbers::pi * x);
}

double support_of(Filter filter) {
  switch (filter) {
    case Filter::Box:
      return 0.5;
    case Filter::Bilinear:
      return 1;
    case Filter::Bicubic:
      return 2;
    case Filter::Lanczos3:
      return 3;
  }
  return 0;
}

double weight_of(Filter filter, double x) {
  const double distance = std::abs(x);
  switch (filter) {
    case Filter::Box:
      return x > -0.5 && x <= 0.5 ? 1 : 0;
    case Filter::Bilinear:
      return distance < 1 ? 1 - distance : 0;
    case Filter::Bicubic: {
      constexpr double a = -0.5;
      if (distance < 1) return ((a + 2) * distance - (a + 3)) * distance * distance + 1;
      if (distance < 2) return (((distance - 5) * distance + 8) * distance - 4) * a;
      return 0;
    }
    case Filter::Lanczos3:
      return -3 <= x && x < 3 ? sinc(x) * sinc(x / 3) : 0;
  }
  return 0;
}

// One output sample: the weights of the input samples from `first` on.
struct Taps {
  int first = 0;
  std::vector<int> weights;
};

std::vector<Taps> taps_for(int from, int to, Filter filter) {
  const double scale = static_cast<double>(from) / to;
  const double stretch = std::max(scale, 1.0);
  const double support = support_of(filter) * stretch;
  std::vector<Taps> result(to);
  std::vector<double> weights;
  for (int i = 0; i < to; ++i) {
    const double centre = (i + 0.5) * scale;
    const int first = std::max(static_cast<int>(centre - support + 0.5), 0);
    const int end = std::min(static_cast<int>(centre + support + 0.5), from);
    double sum = 0;
    weights.clear();
    for (int x = first; x < end; ++x) {
      weights.push_back(weight_of(filter, (x - centre + 0.5) * (1 / stretch)));
      sum += weights.back();
    }
    result[i].first = first;
    for (const double weight : weights) {
      const double fixed = (sum != 0 ? weight / sum : weight) * (1 << kPrecisionBits);
      result[i].weights.push_back(static_cast<int>(fixed < 0 ? fixed - 0.5 : fixed + 0.5));
    }
  }
  return result;
}

uint8_t rounded(int sum) {
  return static_cast<uint8_t>(std::clamp(sum >> kPrecisionBits, 0, 255));
}

// Samples are `stride` bytes apart: the channels for a row, a whole row for a column.
uint8_t filtered(const uint8_t* samples, const Taps& taps, size_t stride) {
  int sum = 1 << (kPrecisionBits - 1);
  const uint8_t* sample = samples + taps.first * stride;
  for (const int weight : taps.weights) {
    sum += *sample * weight;
    sample += stride;
  }
  return rounded(sum);
}

Image8 resize_width(const Image8& image, int width, Filter filter) {
  const std::vector<Taps> taps = taps_for(image.width, width, filter);
  Image8 result(width, image.height, image.channels);
  for (int y = 0; y < image.height; ++y) {
    const uint8_t* row = image.at(0, y);
    uint8_t* out = result.at(0, y);
    for (const Taps& tap : taps) {
      for (int c = 0; c < image.channels; ++c) *out++ = filtered(row + c, tap, image.channels);
    }
  }
  return result;
}

Image8 resize_height(const Image8& image, int height, Filter filter) {
  const std::vector<Taps> taps = taps_for(image.height, height, filter);
  const size_t row_bytes = static_cast<size_t>(image.width) * image.channels;
  Image8 result(image.width, height, image.channels);
  std::vector<int> sums(row_bytes);
  for (int y = 0; y < height; ++y) {
    std::fill(sums.begin(), sums.end(), 1 << (kPrecisionBits - 1));
    const uint8_t* row = image.at(0, taps[y].first);
    for (const int weight : taps[y].weights) {
      for (size_t i = 0; i < row_bytes; ++i) sums[i] += row[i] * weight;
      row += row_bytes;
    }
    std::transform(sums.begin(), sums.end(), result.at(0, y), rounded);
  }
  return result;
}

bool has_alpha(const Image8& image) {
  return image.channels % 2 == 0;
}

void premultiply(Image8& image) {
  const int colours = image.channels - 1;
  for (size_t i = 0; i < image.bytes.size(); i += image.channels) {
    const int alpha = image.bytes[i + colours];
    for (int c = 0; c < colours; ++c) {
      const int product = image.bytes[i + c] * alpha + 128;
      image.bytes[i + c] = static_cast<uint8_t>((product + (product >> 8)) >> 8);
    }
  }
}

void unpremultiply(Image8& image) {
  const int colours = image.channels - 1;
  for (size_t i = 0; i < image.bytes.size(); i += image.channels) {
    const int alpha = image.bytes[i + colours];
    if (alpha == 0 || alpha == 255) continue;
    for (int c = 0; c < colours; ++c) {
      image.bytes[i + c] = static_cast<uint8_t>(std::min(255 * image.bytes[i + c] / alpha, 255));
    }
  }
}

}  // namespace

Image8 resize(const Image8& image, int width, int height, Filter filter) {
  if (width < 1 || height < 1 || image.width < 1 || image.height < 1) {
    core::fail(core::ErrorKind::BadRequest, "resize: expected sizes of at least 1x1, got {}x{} to {}x{}",
               image.width, image.height, width, height);
  }
  if (width == image.width && height == image.height) return image;
  Image8 result = image;
  if (has_alpha(result)) premultiply(result);
  if (width != result.width) result = resize_width(result, width, filter);
  if (height != result.height) result = resize_height(result, height, filter);
  if (has_alpha(result)) unpremultiply(result);
  return result;
}

}  // namespace sakuga::media
