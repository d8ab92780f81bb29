#include "sakuga/compose/paint_plan.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/flow_field.h"
#include "sakuga/compose/kuwahara.h"
#include "sakuga/compose/oklab.h"
#include "sakuga/compose/ramp.h"
#include "sakuga/compose/sky.h"

namespace sakuga::compose {
namespace {

constexpr int kProxySide = 256;
constexpr float kFlowSigma = 2;

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

// The sky without its clouds: a surface of second degree through its colours; what is lighter than the
// surface counts less with every round.
cv::Mat3f gradient_of(const cv::Mat3f& proxy, const cv::Mat1f& sky) {
  const auto terms = [&](int x, int y) {
    const double u = double(x) / proxy.cols - 0.5, v = double(y) / proxy.rows - 0.5;
    return cv::Vec<double, 6>(1, u, v, u * v, u * u, v * v);
  };
  cv::Mat3f surface(proxy.size(), cv::Vec3f(0, 0, 0));
  for (int round = 0; round < 4; ++round) {
    cv::Matx<double, 6, 6> left = cv::Matx<double, 6, 6>::eye() * 1e-3;
    cv::Matx<double, 6, 3> right = cv::Matx<double, 6, 3>::zeros();
    for (int y = 0; y < proxy.rows; ++y)
      for (int x = 0; x < proxy.cols; ++x) {
        if (sky(y, x) < 0.9f) continue;
        const cv::Vec3f over = proxy(y, x) - surface(y, x);
        const float light = (over[0] + over[1] + over[2]) / 3;
        const double weight =
            round == 0 ? 1 : 1 / (1 + 900 * cv::norm(over, cv::NORM_L2SQR)) * (light > 0.02f ? 0.3 : 1);
        const auto t = terms(x, y);
        left += weight * t * t.t();
        right += weight * t * cv::Vec3d(proxy(y, x)).t();
      }
    const cv::Matx<double, 6, 3> model = left.solve(right, cv::DECOMP_CHOLESKY);
    for (int y = 0; y < proxy.rows; ++y)
      for (int x = 0; x < proxy.cols; ++x) {
        const cv::Vec3d value = model.t() * terms(x, y);
        for (int c = 0; c < 3; ++c) surface(y, x)[c] = std::clamp(float(value[c]), 0.0f, 1.0f);
      }
  }
  return surface;
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
  return kuwahara_reach({.radius_px = radius_px}) + static_cast<int>(3 * kFlowSigma) + 2;
}

cv::Mat4f brush_level(const cv::Mat4f& colours, const cv::Mat4f& below, float radius_px, float detail) {
  const FlowField flow = flow_field(colours, kFlowSigma);
  cv::Mat4f start = colours;
  if (!below.empty()) {
    const float scale = 4 * (1.05f - detail);
    start = cv::Mat4f(colours.size());
#pragma omp parallel for schedule(static)
    for (int y = 0; y < colours.rows; ++y)
      for (int x = 0; x < colours.cols; ++x) {
        const float structure = flow.strength(y, x) * (0.25f + 0.75f * flow.anisotropy(y, x));
        start(y, x) =
            blend(below(y, x), colours(y, x), smooth_step(0.012f * scale, 0.045f * scale, structure));
        start(y, x)[3] = colours(y, x)[3];
      }
  }
  return kuwahara(start, flow, {.radius_px = radius_px});
}

PaintPlan paint_plan(const media::Image8& photo, const PaintOptions& options) {
  const cv::Mat3f proxy = proxy_of(photo, kProxySide);
  const cv::Mat1f sky = options.sky > 0 ? find_sky(proxy) : cv::Mat1f(proxy.size(), 0.0f);
  const bool has_sky = cv::countNonZero(sky) > 0;
  const float unit = std::sqrt(float(photo.width) * float(photo.height) / 1e6f);
  const float mass = std::max(2.5f, 11 * unit * float(options.brush));
  const int levels = std::max(1, static_cast<int>(std::ceil(std::log2(mass / 3.6f))));  // Beyond level 0.
  const float radius = std::clamp(mass / float(1 << levels), 2.0f, 4.0f);
  const auto detail = float(options.detail);
  const PaletteOptions palette{options.saturation, options.contrast, options.warmth, options.lift};
  const cv::Mat4f two = level_two(photo);
  return {.options = options,
          .whole = {photo.width, photo.height},
          .unit_px = unit,
          .radius_px = radius,
          .masses = levels >= 2 ? painted_from(two, levels - 2, radius, detail) : cv::Mat4f(),
          .busy = busyness(two),
          .sky = has_sky ? SnappingMask(proxy, sky, std::max(2, proxy.cols / 40), 1e-3f) : SnappingMask(),
          .sky_gradient = has_sky ? gradient_of(proxy, sky) : cv::Mat3f(),
          .has_sky = has_sky,
          .glow = glow_of(proxy),
          .ground_colours = ground_palette(palette, mean_lightness(proxy, sky)),
          .sky_colours = sky_palette(palette)};
}

}  // namespace sakuga::compose
