#include "sakuga/media/colour.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "sakuga/core/vector_math.h"
#include "sakuga/core/vectorise.h"
#include "sakuga/media/wide.h"

namespace sakuga::media {
namespace {

uint8_t to_byte(float value) {
  if (!(value > 0)) return 0;
  return static_cast<uint8_t>(std::min(value, 1.0f) * 255 + 0.5f);
}

constexpr float kMost = 1e15f;  // Larger values become this one: their powers would not be floats.

SAKUGA_VECTORISE
void decode(float* values, int count) {
  for (int i = 0; i < count; ++i) {
    const float value = values[i], size = core::select(value < 0, -value, value);
    const float bounded = core::select(size < kMost, size, kMost);
    const float high = core::power((bounded + 0.055f) * (1 / 1.055f), 2.4f);
    const float linear = core::select(size <= 0.04045f, size * (1 / 12.92f), high);
    values[i] = core::select(value == value, core::select(value < 0, -linear, linear), value);
  }
}

SAKUGA_VECTORISE
void encode(float* values, int count) {
  for (int i = 0; i < count; ++i) {
    const float value = values[i], size = core::select(value < 0, -value, value);
    const float inside = core::select(size > 0.0031308f, size, 0.0031308f);
    const float high = 1.055f * core::power(core::select(inside < kMost, inside, kMost), 1 / 2.4f) - 0.055f;
    const float encoded = core::select(size <= 0.0031308f, size * 12.92f, high);
    values[i] = core::select(value == value, core::select(value < 0, -encoded, encoded), value);
  }
}

// A row's samples, interleaved, from one transfer to the other; those of alpha are of no use.
void convert_row(const Rgba* pixels, int width, Transfer to, std::span<float> row, Transfer from) {
  std::copy_n(&pixels->r, size_t(width) * 4, row.begin());
  if (from == to) return;
  (to == Transfer::Linear ? decode : encode)(row.data(), width * 4);
}

}  // namespace

float srgb_to_linear(float value) {
  const float size = std::abs(value);
  const float linear = size <= 0.04045f ? size / 12.92f : std::pow((size + 0.055f) / 1.055f, 2.4f);
  return std::copysign(linear, value);
}

float linear_to_srgb(float value) {
  const float size = std::abs(value);
  const float encoded = size <= 0.0031308f ? size * 12.92f : 1.055f * std::pow(size, 1 / 2.4f) - 0.055f;
  return std::copysign(encoded, value);
}

void srgb_to_linear(std::span<float> values) {
  decode(values.data(), int(values.size()));
}

void linear_to_srgb(std::span<float> values) {
  encode(values.data(), int(values.size()));
}

Image converted(Image image, Transfer transfer) {
  if (image.transfer == transfer) return image;
#pragma omp parallel if (image.pixels.size() > kWorthThreads / 10)
  {
    std::vector<float> row(size_t(image.width) * 4);
#pragma omp for schedule(static)
    for (int y = 0; y < image.height; ++y) {
      Rgba* pixels = image.pixels.data() + size_t(y) * size_t(image.width);
      convert_row(pixels, image.width, transfer, row, image.transfer);
      for (int x = 0; x < image.width; ++x) {
        const float* colour = &row[size_t(x) * 4];
        pixels[x] = {.r = colour[0], .g = colour[1], .b = colour[2], .a = pixels[x].a};
      }
    }
  }
  image.transfer = transfer;
  return image;
}

Image8 to_image8(const Image& image) {
  Image8 result(image.width, image.height, 4);
#pragma omp parallel if (image.pixels.size() > kWorthThreads / 10)
  {
    std::vector<float> row(size_t(image.width) * 4);
#pragma omp for schedule(static)
    for (int y = 0; y < image.height; ++y) {
      const Rgba* pixels = image.pixels.data() + size_t(y) * size_t(image.width);
      convert_row(pixels, image.width, Transfer::Srgb, row, image.transfer);
      for (int x = 0; x < image.width; ++x) {
        const float* colour = &row[size_t(x) * 4];
        uint8_t* out = result.at(x, y);
        for (int c = 0; c < 3; ++c) out[c] = to_byte(colour[c]);
        out[3] = to_byte(pixels[x].a);
      }
    }
  }
  return result;
}

Image to_image(const Image8& image) {
  Image result(image.width, image.height);
  const uint8_t* in = image.bytes.data();
  const int step = image.channels >= 3 ? 1 : 0;
  for (Rgba& pixel : result.pixels) {
    pixel = {.r = in[0] / 255.0f, .g = in[step] / 255.0f, .b = in[2 * step] / 255.0f};
    if (image.channels % 2 == 0) pixel.a = in[image.channels - 1] / 255.0f;
    in += image.channels;
  }
  return result;
}

}  // namespace sakuga::media
