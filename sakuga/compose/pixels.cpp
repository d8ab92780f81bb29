#include "sakuga/compose/pixels.h"

#include "sakuga/compose/paint_noise.h"
#include "sakuga/compose/proxy.h"

namespace sakuga::compose {
namespace {

constexpr int kStripRows = 256;

uint8_t byte_of(float value) {
  return static_cast<uint8_t>(std::clamp(value, 0.0f, 1.0f) * 255 + 0.5f);
}

}  // namespace

cv::Mat4f pixels_of(const media::Image8& picture, const cv::Rect& part) {
  const bool grey = picture.channels < 3, alpha = picture.channels % 2 == 0;
  cv::Mat4f pixels(part.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < part.height; ++y)
    for (int x = 0; x < part.width; ++x) {
      const uint8_t* p = picture.at(std::clamp(part.x + x, 0, picture.width - 1),
                                    std::clamp(part.y + y, 0, picture.height - 1));
      pixels(y, x) =
          cv::Vec4f(p[0], p[grey ? 0 : 1], p[grey ? 0 : 2], alpha ? p[picture.channels - 1] : 255) *
          (1 / 255.0f);
    }
  return pixels;
}

void store_pixels(const cv::Mat4f& pixels, cv::Point origin, const cv::Rect& inner, media::Image8& picture) {
#pragma omp parallel for schedule(static)
  for (int y = inner.y; y < inner.y + inner.height; ++y)
    for (int x = inner.x; x < inner.x + inner.width; ++x) {
      const cv::Vec4f& p = pixels(y - origin.y, x - origin.x);
      for (int c = 0; c < picture.channels; ++c) picture.at(x, y)[c] = byte_of(p[c]);
    }
}

void for_strips(media::Image8& picture,
                const std::function<void(cv::Mat4f& pixels, const cv::Rect& part)>& work) {
  for (int top = 0; top < picture.height; top += kStripRows) {
    const cv::Rect part(0, top, picture.width, std::min(kStripRows, picture.height - top));
    cv::Mat4f pixels = pixels_of(picture, part);
    work(pixels, part);
    store_pixels(pixels, part.tl(), part, picture);
  }
}

media::Image8 enlarged(const cv::Mat3f& map, cv::Size whole) {
  media::Image8 picture(whole.width, whole.height, 3);
  for (int top = 0; top < whole.height; top += kStripRows) {
    const cv::Rect part(0, top, whole.width, std::min(kStripRows, whole.height - top));
    const cv::Mat3f rows = sampled(map, whole, part);
#pragma omp parallel for schedule(static)
    for (int y = 0; y < part.height; ++y)
      for (int x = 0; x < part.width; ++x)
        for (int c = 0; c < 3; ++c) {
          const float value = rows(y, x)[c];
          const bool plain = value <= 0 || value >= 1;  // Black and white, which change nothing, stay.
          const float noise = plain ? 0 : 0.5f / 255 * hash_noise(x, top + y, uint32_t(c));
          picture.at(x, top + y)[c] = byte_of(value + noise);
        }
  }
  return picture;
}

}  // namespace sakuga::compose
