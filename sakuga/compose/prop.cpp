#include "sakuga/compose/prop.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/contact_shadow.h"
#include "sakuga/compose/hours.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/over.h"
#include "sakuga/compose/pixels.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/resize.h"

namespace sakuga::compose {

using core::ErrorKind;

namespace {

constexpr int kMostPixels = 16384;
constexpr float kMatch = 0.35f;  // How far the colours around draw the prop's.

struct Bounds {
  int left, right, bottom;  // Of what is not transparent, included.
};

Bounds bounds_of(const media::Image8& sprite, const std::string& file) {
  Bounds bounds{sprite.width, -1, -1};
  const bool alpha = sprite.channels % 2 == 0;
  for (int y = 0; y < sprite.height; ++y)
    for (int x = 0; x < sprite.width; ++x) {
      if (alpha && sprite.at(x, y)[sprite.channels - 1] < 16) continue;
      bounds = {std::min(bounds.left, x), std::max(bounds.right, x), y};
    }
  if (bounds.right < 0)
    core::fail(ErrorKind::BadRequest,
               "paint: prop {}: expected a sprite with something to see, got only transparency", file);
  return bounds;
}

struct Colours {
  cv::Vec3f mean = {0.5f, 0, 0};
  float spread = 0.1f;  // Standard deviation of lightness.
};

Colours colours_of(const cv::Mat4f& pixels) {
  cv::Vec3d sum(0, 0, 0);
  double squares = 0, count = 0;
  for (const cv::Vec4f& p : pixels) {
    const cv::Vec3f lab = oklab_of({p[0], p[1], p[2]});
    sum += cv::Vec3d(lab) * p[3];
    squares += double(lab[0]) * lab[0] * p[3];
    count += p[3];
  }
  if (count == 0) return {};
  const cv::Vec3f mean = sum / count;
  return {mean, float(std::sqrt(std::max(1e-4, squares / count - double(mean[0]) * mean[0])))};
}

// Lightness and tint pulled towards those around (Reinhard et al. 2001, in OKLab and only part of the way).
void match(cv::Mat4f& figure, const Colours& around, const Hour* hour) {
  const Colours own = colours_of(figure);
  const float stretch = blend(1.0f, std::clamp(around.spread / own.spread, 0.6f, 1.4f), kMatch);
  const float lighter = kMatch * std::clamp(around.mean[0] - own.mean[0], -0.35f, 0.35f);
  const float dim = hour ? blend(1.0f, hour->brightness, 0.6f) : 1.0f;
  for (cv::Vec4f& p : figure) {
    cv::Vec3f lab = oklab_of({p[0], p[1], p[2]});
    // Black lines stay black.
    const float ink = smooth_step(0.05f, 0.3f, lab[0]);
    lab[0] = (own.mean[0] + (lab[0] - own.mean[0]) * stretch + lighter * ink) * dim;
    for (int k = 1; k < 3; ++k) lab[k] += kMatch * 0.6f * ink * (around.mean[k] - own.mean[k] * 0.4f);
    const cv::Vec3f c = srgb_of(lab);
    p = {c[0], c[1], c[2], p[3]};
  }
}

cv::Rect neighbourhood(const media::Image8& painting, const PropPlace& place, int width, int height) {
  const cv::Rect around(int(place.x) - width, int(place.y) - height, 2 * width, height + height / 3);
  cv::Rect inside = around & cv::Rect(0, 0, painting.width, painting.height);
  // A few thousand pixels say as much as a million.
  inside.width = std::min(inside.width, 512);
  inside.height = std::min(inside.height, 512);
  return inside;
}

ContactShadowOptions shadow_options(const Sun& sun, double strength, int height) {
  const double azimuth = sun.azimuth * CV_PI / 180, up = std::max(8.0, sun.height) * CV_PI / 180;
  const double reach = std::min(1.4, 1 / std::tan(up));
  // A sun ahead throws the shadow towards us; the ground is seen flat, so its depth is a third of its length.
  double length = reach * std::cos(azimuth) * 0.33;
  if (std::abs(length) < 0.06) length = length < 0 ? -0.06 : 0.06;
  const double lean = std::clamp(-reach * std::sin(azimuth) / std::abs(length), -20.0, 20.0);
  return {.opacity = 0.25 + 0.5 * strength,
          .colour = "#141428",
          .ground = 1,
          .length = length,
          .lean = lean,
          .blur = std::max(1.0, height * 0.02),
          .contact = 0.75};
}

media::Image8 bytes_of(const cv::Mat4f& pixels) {
  media::Image8 picture(pixels.cols, pixels.rows, 4);
  store_pixels(pixels, {0, 0}, {0, 0, pixels.cols, pixels.rows}, picture);
  return picture;
}

}  // namespace

PropPlace parse_prop(const std::string& text) {
  const auto refuse = [&] {
    core::fail(ErrorKind::BadRequest,
               "paint: expected a prop as FILE@X,Y or FILE@X,Y,SCALE in pixels such as tree.png@640,700,0.5, "
               "got '{}'",
               text);
  };
  const size_t at = text.rfind('@');
  if (at == std::string::npos || at == 0) refuse();
  PropPlace place{.file = text.substr(0, at)};
  double* const values[] = {&place.x, &place.y, &place.scale};
  const char* next = text.data() + at + 1;
  const char* const end = text.data() + text.size();
  int count = 0;
  while (count < 3) {
    const auto [stop, code] = std::from_chars(next, end, *values[count]);
    if (code != std::errc() || !std::isfinite(*values[count])) refuse();
    ++count;
    next = stop;
    if (next == end) break;
    if (*next++ != ',') refuse();
  }
  if (next != end || count < 2 || std::abs(place.x) > 1e6 || std::abs(place.y) > 1e6) refuse();
  if (!(place.scale >= 1e-3 && place.scale <= 1e3))
    core::fail(ErrorKind::BadRequest, "paint: prop {}: expected a scale from 0.001 to 1000, got {}",
               place.file, place.scale);
  return place;
}

Prop set_prop(const media::Image8& sprite, const PropPlace& place, const media::Image8& painting,
              const LightOptions& light) {
  const int width = std::max(1, int(std::lround(sprite.width * place.scale)));
  const int height = std::max(1, int(std::lround(sprite.height * place.scale)));
  if (width > kMostPixels || height > kMostPixels)
    core::fail(ErrorKind::BadRequest, "paint: prop {}: at this scale it has {}x{} pixels, the most is {}",
               place.file, width, height, kMostPixels);
  const media::Image8 scaled = media::resize(sprite, width, height);
  const Bounds bounds = bounds_of(scaled, place.file);
  Prop prop;
  prop.figure_x = int(std::lround(place.x)) - (bounds.left + bounds.right) / 2;
  prop.figure_y = int(std::lround(place.y)) - bounds.bottom;
  const cv::Rect frame(0, 0, painting.width, painting.height);
  if ((cv::Rect(prop.figure_x, prop.figure_y, width, height) & frame).empty())
    core::fail(ErrorKind::BadRequest,
               "paint: prop {}: it would stand outside the picture of {}x{} pixels, at {},{}", place.file,
               painting.width, painting.height, place.x, place.y);

  cv::Mat4f figure = pixels_of(scaled, {0, 0, width, height});
  const cv::Rect around = neighbourhood(painting, place, width, height);
  match(figure, around.empty() ? colours_of(figure) : colours_of(pixels_of(painting, around)),
        hour_named(light.time));
  prop.figure = bytes_of(figure);

  // The figure with room around it for the shadow to fall into.
  const int side = height, below = height / 2;
  media::Image stage(width + 2 * side, bounds.bottom + 1 + below, media::Transfer::Linear);
  std::ranges::fill(stage.pixels, media::Rgba{0, 0, 0, 0});
  for (int y = 0; y <= bounds.bottom; ++y)
    for (int x = 0; x < width; ++x) {
      const float alpha = figure(y, x)[3];
      stage.pixels[size_t(y) * stage.width + side + x] = {0, 0, 0, alpha};
    }
  ContactShadowOptions options = shadow_options(sun_of(light), light.shadow, height);
  options.ground = double(bounds.bottom + 1) / stage.height;
  prop.shadow = media::to_image8(unpremultiplied(contact_shadow(stage, options)));
  prop.shadow_x = prop.figure_x - side;
  prop.shadow_y = prop.figure_y;
  return prop;
}

}  // namespace sakuga::compose
