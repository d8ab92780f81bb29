#include "sakuga/media/colour.h"

#include <algorithm>
#include <cmath>

namespace sakuga::media {
namespace {

uint8_t to_byte(float value) {
  if (!(value > 0)) return 0;
  return static_cast<uint8_t>(std::min(value, 1.0f) * 255 + 0.5f);
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

Image converted(Image image, Transfer transfer) {
  if (image.transfer == transfer) return image;
  const auto curve = transfer == Transfer::Linear ? srgb_to_linear : linear_to_srgb;
  for (Rgba& pixel : image.pixels) {
    pixel = {.r = curve(pixel.r), .g = curve(pixel.g), .b = curve(pixel.b), .a = pixel.a};
  }
  image.transfer = transfer;
  return image;
}

Image8 to_image8(const Image& image) {
  const bool linear = image.transfer == Transfer::Linear;
  const auto colour = [&](float value) { return to_byte(linear ? linear_to_srgb(value) : value); };
  Image8 result(image.width, image.height, 4);
  uint8_t* out = result.bytes.data();
  for (const Rgba& pixel : image.pixels) {
    *out++ = colour(pixel.r);
    *out++ = colour(pixel.g);
    *out++ = colour(pixel.b);
    *out++ = to_byte(pixel.a);
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
