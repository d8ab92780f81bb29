#include "sakuga/compose/relight.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/hours.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/pixels.h"
#include "sakuga/compose/ramp.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {

using core::ErrorKind;

namespace {

constexpr float kRadians = float(CV_PI) / 180;
constexpr float kHalfView =
    0.577f;  // Tangent of half the angle that the picture's width is taken to span: 60 degrees.

struct Direction {
  cv::Vec2f
      across;   // Towards the sun on the picture's plane, y down; shorter the more it stands ahead or behind.
  float ahead;  // -1 behind the camera to 1 straight ahead.
  cv::Point2f place;  // On the proxy. Only to be used if `seen`.
  bool seen;          // Whether the sun is in front of the camera and near the frame.
};

Direction direction_of(const Sun& sun, const Scene& scene) {
  const float azimuth = float(sun.azimuth) * kRadians, height = float(sun.height) * kRadians;
  Direction d;
  d.across = {std::sin(azimuth) * std::cos(height), -std::sin(height)};
  d.ahead = std::cos(azimuth) * std::cos(height);
  const float width = float(scene.proxy.cols);
  const float ahead = std::max(0.05f, d.ahead);
  d.place = {width * (0.5f + 0.5f * d.across[0] / ahead / kHalfView),
             float(scene.horizon) * float(scene.proxy.rows) + 0.5f * width * d.across[1] / ahead / kHalfView};
  d.seen = d.ahead > 0.3f && std::abs(d.place.x - width / 2) < width && d.place.y > -width / 2;
  return d;
}

float lightness_of(const cv::Mat3f& proxy, const cv::Mat1f& sky) {
  double sum = 0, count = 1e-6;
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x)
      if (sky(y, x) < 0.5f) sum += oklab_of(proxy(y, x))[0], count += 1;
  return float(sum / count);
}

// The hour's clear sky, with what was lighter than the old clear sky as lit and what was darker as shaded
// clouds.
cv::Vec3f sky_pixel(const Hour& hour, const cv::Vec3f& colour, const cv::Vec3f& old_clear, float height) {
  const float over = oklab_of(colour)[0] - oklab_of(old_clear)[0];
  const cv::Vec3f clear = sky_at(hour, height);
  const cv::Vec3f cloud = blend(hour.cloud_shade, hour.cloud_light, smooth_step(0.02f, 0.22f, over));
  const float lit = 0.85f * smooth_step(0.015f, 0.14f, over),
              shaded = 0.5f * smooth_step(0.03f, 0.22f, -over);
  return blend(blend(clear, cloud, lit), hour.cloud_shade, shaded);
}

}  // namespace

Sun parse_sun(const std::string& text) {
  Sun sun;
  const char* end = text.data() + text.size();
  const auto azimuth = std::from_chars(text.data(), end, sun.azimuth);
  const bool comma = azimuth.ec == std::errc() && azimuth.ptr != end && *azimuth.ptr == ',';
  const auto height = comma ? std::from_chars(azimuth.ptr + 1, end, sun.height) : azimuth;
  if (!comma || height.ec != std::errc() || height.ptr != end)
    core::fail(ErrorKind::BadRequest,
               "paint: expected the sun as AZIMUTH,HEIGHT in degrees such as 90,30, got '{}'", text);
  if (!(std::abs(sun.azimuth) <= 360))
    core::fail(ErrorKind::BadRequest, "paint: expected the sun's azimuth from -360 to 360 degrees, got {}",
               sun.azimuth);
  if (!(sun.height >= 0 && sun.height <= 90))
    core::fail(ErrorKind::BadRequest, "paint: expected the sun's height from 0 to 90 degrees, got {}",
               sun.height);
  return sun;
}

bool changes_light(const LightOptions& options) {
  return !options.time.empty() || !options.sun.empty();
}

Sun sun_of(const LightOptions& options) {
  if (!options.sun.empty()) return parse_sun(options.sun);
  const Hour* hour = hour_named(options.time);
  return hour ? hour->sun : Sun{};
}

media::Image8 at_hour(media::Image8 painting, const Scene& scene, const LightOptions& options) {
  const Hour* hour = hour_named(options.time);
  if (!hour) return painting;
  const cv::Mat3f proxy = proxy_of(painting, std::max(scene.proxy.cols, scene.proxy.rows));
  const bool has_sky = scene.has_sky && proxy.size() == scene.sky.size();
  const cv::Mat3f old_clear = has_sky ? sky_gradient_of(proxy, scene.sky) : cv::Mat3f();
  const SnappingMask sky_mask =
      has_sky ? SnappingMask(proxy, scene.sky, std::max(2, proxy.cols / 40), 1e-3f) : SnappingMask();
  const ColourTable ground = ground_at(*hour, lightness_of(proxy, scene.sky));
  for_strips(painting, [&](cv::Mat4f& pixels, const cv::Rect& part) {
    const cv::Mat1f sky =
        has_sky ? tightened(sky_mask.at(pixels, scene.whole, part)) : cv::Mat1f(part.size(), 0.0f);
    const cv::Mat1f far = far_of(scene, pixels, part);
    const cv::Mat3f clear = has_sky ? cv::Mat3f(sampled(old_clear, scene.whole, part)) : cv::Mat3f();
#pragma omp parallel for schedule(static)
    for (int y = 0; y < part.height; ++y) {
      const float down = float((part.y + y) / (scene.horizon * scene.whole.height));
      for (int x = 0; x < part.width; ++x) {
        cv::Vec4f& p = pixels(y, x);
        const cv::Vec3f colour(p[0], p[1], p[2]);
        cv::Vec3f result = ground(colour);
        // Haze of the hour before what is far.
        result = blend(result, hour->horizon, 0.16f * far(y, x) * (1 - sky(y, x)) * float(hour->tint));
        if (sky(y, x) > 0.002f)
          result = blend(result, sky_pixel(*hour, colour, clear(y, x), down), sky(y, x));
        p = {result[0], result[1], result[2], p[3]};
      }
    }
  });
  return painting;
}

LightLayers light_layers(const media::Image8& painting, const Scene& scene, const LightOptions& options) {
  const Sun sun = sun_of(options);
  const Direction d = direction_of(sun, scene);
  const Hour* named = hour_named(options.time);
  const Hour& hour = named ? *named : *hour_named("day");
  const float night = hour.brightness < 0.6f ? 0.45f : 1;
  const auto shadow = float(options.shadow);
  const cv::Mat3f proxy = proxy_of(painting, std::max(scene.proxy.cols, scene.proxy.rows));
  // Soft forms: how lightness rises towards the sun, at the size of bushes and boulders.
  cv::Mat1f form(proxy.size());
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) form(y, x) = oklab_of(proxy(y, x))[0];
  cv::Mat1f slope_x, slope_y;
  cv::GaussianBlur(form, form, {}, proxy.cols / 90.0, 0, cv::BORDER_REPLICATE);
  cv::Sobel(form, slope_x, CV_32F, 1, 0, 3, 1 / 8.0, 0, cv::BORDER_REPLICATE);
  cv::Sobel(form, slope_y, CV_32F, 0, 1, 3, 1 / 8.0, 0, cv::BORDER_REPLICATE);
  cv::Mat3f shade(proxy.size()), light(proxy.size());
  const float width = float(proxy.cols), height = float(proxy.rows);
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) {
      const float u = (float(x) / width - 0.5f) * 2, v = (float(y) / height - 0.5f) * 2;
      const float relief = (slope_x(y, x) * d.across[0] + slope_y(y, x) * d.across[1]) * 9;
      const float side = 0.5f + 0.42f * u * d.across[0] + 0.18f * v * d.across[1];
      const float ground = 1 - scene.sky(y, x);
      const float lit = std::clamp(side + relief * ground, 0.0f, 1.0f);
      // With the sun ahead the near ground lies in its own shade.
      const float against = std::max(0.0f, d.ahead) * (1 - scene.far(y, x)) * 0.35f;
      const float dark =
          shadow * std::clamp((1 - lit) * 0.9f + against, 0.0f, 1.0f) * (0.25f + 0.75f * ground);
      shade(y, x) = blend(cv::Vec3f(1, 1, 1), hour.shadow * 0.55f + cv::Vec3f(0.28f, 0.28f, 0.30f), dark);
      float glow = 0.16f * lit * lit * ground;
      if (d.seen) {
        const float distance = std::hypot(float(x) - d.place.x, float(y) - d.place.y) / width;
        glow += 0.55f * std::exp(-distance * distance * 30) + 0.22f * std::exp(-distance * 3.5f);
      }
      light(y, x) = hour.light * (glow * night);
    }
  cv::GaussianBlur(shade, shade, {}, proxy.cols / 120.0, 0, cv::BORDER_REPLICATE);
  cv::GaussianBlur(light, light, {}, proxy.cols / 160.0, 0, cv::BORDER_REPLICATE);
  return {enlarged(shade, scene.whole), enlarged(light, scene.whole)};
}

}  // namespace sakuga::compose
