#include "sakuga/train/face_scene_paint.h"

#include <algorithm>
#include <cmath>

#include "sakuga/media/image_file.h"
#include "sakuga/media/resize.h"

namespace sakuga::train {
namespace {

using media::Image8;

uint8_t byte(double value) {
  return uint8_t(std::clamp(value, 0.0, 255.0));
}

Rgb8 mixed(const Rgb8& a, const Rgb8& b, double t) {
  Rgb8 colour;
  for (size_t c = 0; c < 3; ++c) colour[c] = byte(a[c] + t * (b[c] - a[c]));
  return colour;
}

// A part of the photograph of the picture's proportions.
Image8 photo_part(Luck& luck, const Image8& photo, int width, int height) {
  const double most = std::min(double(photo.width) / width, double(photo.height) / height);
  const double scale = most * luck.between(0.35, 1);
  const int w = std::max(1, int(width * scale)), h = std::max(1, int(height * scale));
  const int x0 = luck.below(photo.width - w + 1), y0 = luck.below(photo.height - h + 1);
  const bool mirrored = luck.chance(0.5);
  Image8 part(w, h, 3);
  for (int y = 0; y < h; ++y)
    for (int x = 0; x < w; ++x)
      std::copy_n(photo.at(x0 + (mirrored ? w - 1 - x : x), y0 + y), 3, part.at(x, y));
  return media::resize(part, width, height, media::Filter::Bilinear);
}

// Smooth noise from 0 to 1: a coarse grid of random numbers, read bilinearly.
class Clouds {
 public:
  Clouds(Luck& luck, int cells) : cells_(cells), values_(size_t(cells + 2) * size_t(cells + 2)) {
    for (double& value : values_) value = luck.rng.uniform();
  }
  double at(double u, double v) const {  // u, v in [0, 1].
    const double x = u * cells_, y = v * cells_;
    const int i = int(x), j = int(y);
    const double s = x - i, t = y - j;
    const auto value = [&](int a, int b) { return values_[size_t(b) * size_t(cells_ + 2) + size_t(a)]; };
    return (value(i, j) * (1 - s) + value(i + 1, j) * s) * (1 - t) +
           (value(i, j + 1) * (1 - s) + value(i + 1, j + 1) * s) * t;
  }

 private:
  int cells_;
  std::vector<double> values_;
};

enum class Texture { Flat, Gradient, Stripes, Dots, Checks, Clouds, Count };

Image8 texture(Luck& luck, int width, int height) {
  const auto kind = Texture(luck.below(int(Texture::Count)));
  const Rgb8 a = random_colour(luck), b = luck.chance(0.3) ? Rgb8{255, 255, 255} : random_colour(luck);
  const double angle = luck.between(0, 3.15), period = luck.between(3, 40), share = luck.between(0.2, 0.8);
  const double c = std::cos(angle), s = std::sin(angle);
  const Clouds clouds(luck, 2 + luck.below(24));
  Image8 image(width, height, 3);
  const auto wave = [&](double way) { return way / period - std::floor(way / period); };
  const auto amount = [&](int x, int y) -> double {
    const double along = x * c + y * s, across = y * c - x * s;
    switch (kind) {
      case Texture::Gradient:
        return std::clamp(0.5 + along / (width + height), 0.0, 1.0);
      case Texture::Stripes:
        return wave(along) < share;
      case Texture::Dots:
        return std::hypot(wave(along) - 0.5, wave(across) - 0.5) < 0.5 * share;
      case Texture::Checks:
        return (wave(along) < 0.5) != (wave(across) < 0.5);
      case Texture::Clouds:
        return clouds.at(double(x) / width, double(y) / height);
      default:
        return 0;
    }
  };
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) std::ranges::copy(mixed(a, b, amount(x, y)), image.at(x, y));
  return image;
}

// A premultiplied RGBA picture between its pixels; nothing beyond its border.
std::array<float, 4> sample(const Image8& image, double x, double y) {
  const int x0 = int(std::floor(x)), y0 = int(std::floor(y));
  const float s = float(x - x0), t = float(y - y0);
  std::array<float, 4> sum = {};
  for (int j = 0; j < 2; ++j)
    for (int i = 0; i < 2; ++i) {
      if (x0 + i < 0 || y0 + j < 0 || x0 + i >= image.width || y0 + j >= image.height) continue;
      const float weight = (i ? s : 1 - s) * (j ? t : 1 - t);
      const uint8_t* pixel = image.at(x0 + i, y0 + j);
      for (size_t c = 0; c < 4; ++c) sum[c] += weight * float(pixel[c]);
    }
  return sum;
}

// Calls paint(pixel, u, v) for the pixels within `reach` of (x, y); u and v are turned by `angle`.
void around(Image8& scene, double x, double y, double reach, double angle, auto&& paint) {
  const double c = std::cos(angle), s = std::sin(angle);
  for (int j = std::max(0, int(y - reach)); j < std::min(scene.height, int(y + reach) + 1); ++j)
    for (int i = std::max(0, int(x - reach)); i < std::min(scene.width, int(x + reach) + 1); ++i) {
      const double dx = i + 0.5 - x, dy = j + 0.5 - y;
      paint(scene.at(i, j), dx * c + dy * s, dy * c - dx * s);
    }
}

void blend(uint8_t* pixel, const Rgb8& colour, double share) {
  for (size_t c = 0; c < 3; ++c) pixel[c] = byte(pixel[c] + share * (colour[c] - pixel[c]));
}

void put_oval(Image8& scene, double x, double y, double rx, double ry, double angle, const Rgb8& fill,
              const Rgb8& line, double width) {
  around(scene, x, y, std::max(rx, ry) + 2, angle, [&](uint8_t* pixel, double u, double v) {
    const double inside = (1 - std::hypot(u / rx, v / ry)) * std::min(rx, ry);  // About pixels.
    const double share = std::clamp(inside + 0.5, 0.0, 1.0);
    if (share > 0) blend(pixel, inside < width ? line : fill, share);
  });
}

// The darkest (or lightest) of four neighbours: lines grow thicker (or thinner).
Image8 lines_changed(const Image8& scene, bool thicker) {
  Image8 changed = scene;
  for (int y = 0; y + 1 < scene.height; ++y)
    for (int x = 0; x + 1 < scene.width; ++x)
      for (int c = 0; c < 3; ++c) {
        const auto values = {scene.at(x, y)[c], scene.at(x + 1, y)[c], scene.at(x, y + 1)[c],
                             scene.at(x + 1, y + 1)[c]};
        changed.at(x, y)[c] = thicker ? std::min(values) : std::max(values);
      }
  return changed;
}

void recolour(Image8& scene, const Tint& tint, double gamma, const Clouds& light, double depth) {
  std::array<uint8_t, 256> curve;
  for (size_t i = 0; i < 256; ++i) curve[i] = byte(255 * std::pow(double(i) / 255, gamma));
  for (int y = 0; y < scene.height; ++y)
    for (int x = 0; x < scene.width; ++x) {
      uint8_t* pixel = scene.at(x, y);
      const float lit =
          float(1 + depth * (light.at(double(x) / scene.width, double(y) / scene.height) - 0.5));
      const float r = pixel[0], g = pixel[1], b = pixel[2];
      for (size_t c = 0; c < 3; ++c) {
        const auto* row = &tint.matrix[3 * c];
        pixel[c] = curve[byte(lit * (row[0] * r + row[1] * g + row[2] * b + tint.offset))];
      }
    }
}

void add_noise(Image8& scene, Luck& luck, double strength) {
  for (size_t i = 0; i < scene.bytes.size();) {
    uint32_t word = luck.rng.next_u32();
    for (int k = 0; k < 4 && i < scene.bytes.size(); ++k, ++i, word >>= 8)
      scene.bytes[i] = byte(scene.bytes[i] + strength * (double(word & 255) / 127.5 - 1));
  }
}

}  // namespace

Tint random_tint(Luck& luck, double hue) {
  // Turned about the grey axis, in the YIQ plane of colours.
  const double angle = 3.1416 * hue * luck.between(-1, 1), saturation = luck.between(0.4, 1.4);
  const double c = saturation * std::cos(angle), s = saturation * std::sin(angle);
  const double contrast = luck.between(0.45, 1.2), bright = luck.between(-45, 45);
  const std::array<double, 9> turned = {
      .299 + .701 * c + .168 * s, .587 - .587 * c + .330 * s, .114 - .114 * c - .497 * s,
      .299 - .299 * c - .328 * s, .587 + .413 * c + .035 * s, .114 - .114 * c + .292 * s,
      .299 - .300 * c + 1.25 * s, .587 - .588 * c - 1.05 * s, .114 + .886 * c - .203 * s};
  Tint tint;
  for (size_t i = 0; i < 9; ++i) tint.matrix[i] = float(contrast * turned[i]);
  tint.offset = float(128 * (1 - contrast) + bright);
  return tint;
}

Rgb8 random_colour(Luck& luck) {
  if (luck.chance(0.15)) return {uint8_t(225 + luck.below(31)), uint8_t(190 + luck.below(40)), 190};  // Skin.
  const double grey = luck.between(0, 255), spread = luck.between(0, 130);
  Rgb8 colour;
  for (auto& channel : colour) channel = byte(grey + luck.between(-spread, spread));
  return colour;
}

Image8 random_backdrop(Luck& luck, std::span<const Image8> photos, int width, int height) {
  if (photos.empty() || luck.chance(0.4)) return texture(luck, width, height);
  return photo_part(luck, photos[size_t(luck.below(int(photos.size())))], width, height);
}

void put(Image8& scene, const Image8& picture, int x, int y) {
  for (int j = std::max(0, -y); j < std::min(picture.height, scene.height - y); ++j)
    for (int i = std::max(0, -x); i < std::min(picture.width, scene.width - x); ++i)
      std::copy_n(picture.at(i, j), 3, scene.at(x + i, y + j));
}

void put_head(Image8& scene, const FaceHead& head, const HeadPlace& place, const Tint& tint,
              const Area& area) {
  const double scale = place.side / head.side;
  const size_t level = scale > 0.7 ? 0 : scale > 0.35 ? 1 : 2;
  const double shrunk = std::exp2(-double(level));
  around(scene, place.x, place.y, 130 * scale, place.angle, [&](uint8_t* pixel, double u, double v) {
    const auto index = (pixel - scene.bytes.data()) / 3;
    const int x = int(index % scene.width) - area.x, y = int(index / scene.width) - area.y;
    if (x < 0 || y < 0 || x >= area.width || y >= area.height) return;
    u = u / scale / place.stretch * (place.mirrored ? -1 : 1);
    v = v / scale * place.stretch;
    const auto over = sample(head.pictures[level], (head.x + u) * shrunk - 0.5, (head.y + v) * shrunk - 0.5);
    const float alpha = over[3] / 255;
    if (alpha <= 0) return;
    for (size_t c = 0; c < 3; ++c) {
      const auto* row = &tint.matrix[3 * c];
      const float colour = row[0] * over[0] + row[1] * over[1] + row[2] * over[2] + tint.offset * alpha;
      pixel[c] = byte(std::max(0.f, colour) + float(pixel[c]) * (1 - alpha));
    }
  });
}

void put_shape(Image8& scene, Luck& luck, double x, double y, double size) {
  const Rgb8 fill = random_colour(luck), line = luck.chance(0.5) ? Rgb8{20, 15, 20} : random_colour(luck);
  const double width = luck.chance(0.5) ? 0 : luck.between(0.5, 3), angle = luck.between(0, 3.15);
  const double rx = size / 2 * luck.between(0.3, 1), ry = size / 2 * luck.between(0.3, 1);
  if (luck.chance(0.7)) return put_oval(scene, x, y, rx, ry, angle, fill, line, width);
  around(scene, x, y, size, angle, [&](uint8_t* pixel, double u, double v) {
    const double inside = std::min(rx - std::abs(u), ry - std::abs(v));
    if (inside > 0) blend(pixel, inside < width ? line : fill, std::min(1.0, inside));
  });
}

void put_eyes(Image8& scene, Luck& luck, double x, double y, double size) {
  const Rgb8 iris = random_colour(luck), dark = {20, 15, 25}, white = {250, 250, 250};
  const double apart = size * luck.between(0.25, 0.5), radius = size * luck.between(0.06, 0.2);
  for (const int side : {-1, 1}) {
    const double at = x + side * apart;
    put_oval(scene, at, y, radius, radius * 1.3, 0, iris, dark, luck.between(0.5, 2));
    if (luck.chance(0.5))
      put_oval(scene, at - radius * 0.3, y - radius * 0.5, radius * 0.3, radius * 0.3, 0, white, white, 0);
  }
}

Image8 weathered(Image8 scene, Luck& luck) {
  if (luck.chance(0.25)) scene = lines_changed(scene, luck.chance(0.5));
  Tint tint = luck.chance(0.6) ? random_tint(luck, 0.15) : Tint{};
  if (luck.chance(0.08)) tint.matrix = {.3f, .59f, .11f, .3f, .59f, .11f, .3f, .59f, .11f};
  recolour(scene, tint, std::exp2(luck.between(-0.6, 0.6)), Clouds(luck, 1 + luck.below(5)),
           luck.chance(0.6) ? luck.between(0, 0.9) : 0);
  if (luck.chance(0.4)) {
    const double factor = luck.between(1.1, 2);
    const int width = scene.width, height = scene.height;
    scene = media::resize(scene, int(width / factor), int(height / factor), media::Filter::Bilinear);
    scene = media::resize(scene, width, height, media::Filter::Bicubic);
  }
  if (luck.chance(0.4)) add_noise(scene, luck, luck.between(2, 22));
  if (luck.chance(0.4)) scene = media::decode_image8(media::encode_jpeg(scene, 30 + luck.below(65)), "scene");
  return scene;
}

}  // namespace sakuga::train
