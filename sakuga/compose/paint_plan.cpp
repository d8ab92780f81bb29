#include "sakuga/compose/paint_plan.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/flow_field.h"
#include "sakuga/compose/kuwahara.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"
#include "sakuga/compose/scene.h"
#include "sakuga/compose/shock.h"

namespace sakuga::compose {
namespace {

constexpr float kFlowSigma = 2;
constexpr int kShockReach = 2;
constexpr float kShockCalm = 0.0015f;

// Level 2 of the photo: means of 4 x 4 pixels, straight alpha in the fourth channel.
cv::Mat4f level_two(const media::Image8& photo) {
  const int height = (photo.height + 3) / 4, width = (photo.width + 3) / 4;
  const bool grey = photo.channels < 3, alpha = photo.channels % 2 == 0;
  cv::Mat4f level(height, width);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      cv::Vec4f sum(0, 0, 0, 0);
      for (int i = 0; i < 16; ++i) {
        const uint8_t* p =
            photo.at(std::min(4 * x + i % 4, photo.width - 1), std::min(4 * y + i / 4, photo.height - 1));
        sum += cv::Vec4f(p[0], p[grey ? 0 : 1], p[grey ? 0 : 2], alpha ? p[photo.channels - 1] : 255);
      }
      level(y, x) = sum * (1 / (16 * 255.0f));
    }
  return level;
}

cv::Mat4f painted_from(const cv::Mat4f& level, int coarser, float radius_px, float detail) {
  if (coarser == 0) return brush_level(level, {}, radius_px, detail);
  const cv::Mat4f half = halved(level);
  const cv::Mat4f below = painted_from(half, coarser - 1, radius_px, detail);
  const cv::Mat4f enlarged = sampled(below, {half.cols * 2, half.rows * 2}, {0, 0, level.cols, level.rows});
  return brush_level(level, enlarged, radius_px, detail);
}

// Change that has no direction, over a neighbourhood.
cv::Mat1f busyness(const cv::Mat4f& level) {
  const FlowField flow = flow_field(level, 2.5);
  cv::Mat1f busy(level.size());
  for (int y = 0; y < level.rows; ++y)
    for (int x = 0; x < level.cols; ++x)
      busy(y, x) = smooth_step(0.02f, 0.07f, flow.strength(y, x) * (1 - 0.7f * flow.anisotropy(y, x)));
  cv::GaussianBlur(busy, busy, {13, 13}, 3, 3, cv::BORDER_REPLICATE);
  return busy;
}

// What is brighter than most, blurred narrowly and widely.
cv::Mat3f glow_of(const cv::Mat3f& proxy) {
  cv::Mat3f bright(proxy.size());
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) {
      const cv::Vec3f& c = proxy(y, x);
      bright(y, x) = c * smooth_step(0.72f, 1.0f, 0.3f * c[0] + 0.55f * c[1] + 0.15f * c[2]);
    }
  const double side = std::max(proxy.rows, proxy.cols);
  cv::Mat3f narrow, wide;
  cv::GaussianBlur(bright, narrow, {}, side * 0.012, 0, cv::BORDER_REPLICATE);
  cv::GaussianBlur(bright, wide, {}, side * 0.06, 0, cv::BORDER_REPLICATE);
  return narrow * 0.5 + wide * 0.5;
}

float mean_lightness(const cv::Mat3f& proxy, const cv::Mat1f& sky) {
  double sum = 0, count = 1e-6;
  for (int y = 0; y < proxy.rows; ++y)
    for (int x = 0; x < proxy.cols; ++x) {
      const double weight = 1 - 0.8 * sky(y, x);
      sum += weight * oklab_of(proxy(y, x))[0];
      count += weight;
    }
  return float(sum / count);
}

}  // namespace

cv::Mat4f halved(const cv::Mat4f& colours) {
  const int height = (colours.rows + 1) / 2, width = (colours.cols + 1) / 2;
  cv::Mat4f half(height, width);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < height; ++y) {
    const cv::Vec4f* above = colours[2 * y];
    const cv::Vec4f* below = colours[std::min(2 * y + 1, colours.rows - 1)];
    for (int x = 0; x < width; ++x) {
      const int left = 2 * x, right = std::min(left + 1, colours.cols - 1);
      half(y, x) = (above[left] + above[right] + below[left] + below[right]) * 0.25f;
    }
  }
  return half;
}

int brush_reach(float radius_px) {
  return kuwahara_reach({.radius_px = radius_px}) +
         std::max(static_cast<int>(3 * kFlowSigma) + 2, shock_reach(kShockReach));
}

cv::Mat4f brush_level(const cv::Mat4f& colours, const cv::Mat4f& below, float radius_px, float detail) {
  const FlowField flow = flow_field(colours, kFlowSigma);
  cv::Mat4f start = colours;
  if (!below.empty()) {
    const float scale = 4 * (1.05f - detail);
    const cv::Mat4f crisp = shocked(below, flow, kShockReach, kShockCalm);
    start = cv::Mat4f(colours.size());
#pragma omp parallel for schedule(static)
    for (int y = 0; y < colours.rows; ++y)
      for (int x = 0; x < colours.cols; ++x) {
        const float structure = flow.strength(y, x) * (0.25f + 0.75f * flow.anisotropy(y, x));
        start(y, x) =
            blend(crisp(y, x), colours(y, x), smooth_step(0.012f * scale, 0.045f * scale, structure));
        start(y, x)[3] = colours(y, x)[3];
      }
  }
  return kuwahara(start, flow, {.radius_px = radius_px});
}

PaintPlan paint_plan(const media::Image8& photo, const Scene& scene, const PaintOptions& options) {
  const float unit = std::sqrt(float(photo.width) * float(photo.height) / 1e6f);
  const float mass = std::max(2.5f, 11 * unit * float(options.brush));
  const int levels = std::max(1, static_cast<int>(std::ceil(std::log2(mass / 3.6f))));  // Beyond level 0.
  const float radius = std::clamp(mass / float(1 << levels), 2.0f, 4.0f);
  const auto detail = float(options.detail);
  const PaletteOptions palette{options.exposure, options.saturation, options.contrast, options.warmth,
                               options.lift};
  const cv::Mat4f two = level_two(photo);
  return {.options = options,
          .scene = scene,
          .unit_px = unit,
          .radius_px = radius,
          .masses = levels >= 2 ? painted_from(two, levels - 2, radius, detail) : cv::Mat4f(),
          .busy = busyness(two),
          .glow = glow_of(scene.proxy),
          .ground_colours = ground_palette(palette, mean_lightness(scene.proxy, scene.sky)),
          .sky_colours = sky_palette(palette)};
}

}  // namespace sakuga::compose
