#include "sakuga/compose/paint_tile.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/flow_field.h"
#include "sakuga/compose/paint_noise.h"
#include "sakuga/compose/ramp.h"

namespace sakuga::compose {
namespace {

constexpr float kFlowSigma = 2;
enum Seed : uint32_t { kDabs = 0x100, kWash = 0x200, kHair = 0x300, kGrain = 0x400, kDither = 0x500 };

float light_of(const cv::Vec4f& c) {
  return 0.3f * c[0] + 0.55f * c[1] + 0.15f * c[2];
}

// Calls work(x, y) for every pixel, rows in parallel.
template <class Work>
void for_pixels(cv::Size size, const Work& work) {
#pragma omp parallel for schedule(static)
  for (int y = 0; y < size.height; ++y)
    for (int x = 0; x < size.width; ++x) work(x, y);
}

struct Tile {
  const PaintPlan& plan;
  cv::Rect part;
  uint32_t seed;
  cv::Mat1f sky, busy;
  cv::Mat4f paint;

  // Place of a pixel in the picture, in the picture's own measure.
  float u(int x) const { return float(part.x + x) / plan.unit_px; }
  float v(int y) const { return float(part.y + y) / plan.unit_px; }
};

float line_sigma(const PaintPlan& plan) {
  return std::max(0.7f, 0.9f * plan.unit_px);
}
float line_length(const PaintPlan& plan) {
  return std::max(1.5f, 3 * plan.unit_px);
}
float hair_length(const PaintPlan& plan) {
  return std::max(2.0f, 4 * plan.unit_px);
}  // Of level 1.

cv::Mat4f brushed(const PaintPlan& plan, const cv::Mat4f& photo, const cv::Rect& part) {
  const auto detail = float(plan.options.detail);
  const cv::Mat4f half = halved(photo);
  cv::Mat4f below;
  if (!plan.masses.empty())
    below = sampled(plan.masses, {plan.masses.cols * 2, plan.masses.rows * 2},
                    {part.x / 2, part.y / 2, half.cols, half.rows});
  below = brush_level(half, below, plan.radius_px, detail);
  const cv::Mat4f enlarged = sampled(below, {half.cols * 2, half.rows * 2}, {0, 0, part.width, part.height});
  return brush_level(photo, enlarged, plan.radius_px, detail);
}

float stepped(float light, float step, float softness) {
  const float at = light / step, whole = std::floor(at);
  return (whole + smooth_step(0.5f - softness, 0.5f + softness, at - whole)) * step;
}

// Light in flat steps: broad ones with wandering borders everywhere, small dabs where texture is busy.
void set_tones(Tile& tile) {
  const auto tones = float(tile.plan.options.tones), clumps = float(tile.plan.options.clumps);
  if (tones == 0 && clumps == 0) return;
  for_pixels(tile.paint.size(), [&](int x, int y) {
    cv::Vec4f& c = tile.paint(y, x);
    const float light = light_of(c), busy = tile.busy(y, x) * clumps, calm = 1 - tile.sky(y, x);
    const float u = tile.u(x), v = tile.v(y);
    const float wash = value_noise(u / 40, v / 40, tile.seed + kWash);
    const float flat = stepped(light + 0.03f * wash, 0.12f, 0.25f);
    const float dab = value_noise(u / 4.5f, v / 3.5f, tile.seed + kDabs) +
                      0.5f * value_noise(u / 2.2f, v / 1.8f, tile.seed + kDabs + 1);
    const float dabbed = stepped(light + 0.055f * dab, 0.11f, 0.12f);
    const float wanted = light + calm * (tones * (1 - busy) * (flat - light) + busy * (dabbed - light));
    const float gain = std::clamp((wanted + 0.02f) / (light + 0.02f), 0.5f, 2.0f);
    c = {c[0] * gain, c[1] * gain, c[2] * gain, c[3]};
  });
}

// The palette; in the sky the gradient, and of what differs from it only what is plainly a cloud.
void set_colours(Tile& tile) {
  const PaintPlan& plan = tile.plan;
  cv::Mat3f gradient;
  if (plan.scene.has_sky) gradient = sampled(plan.scene.sky_gradient, plan.scene.whole, tile.part);
  const auto anew = float(plan.options.sky);
  for_pixels(tile.paint.size(), [&](int x, int y) {
    cv::Vec4f& p = tile.paint(y, x);
    const cv::Vec3f colour(p[0], p[1], p[2]);
    const float sky = tile.sky(y, x);
    cv::Vec3f result = plan.ground_colours(colour);
    if (sky > 0.002f) {
      const cv::Vec3f clear = gradient(y, x), cloud = colour - clear;
      const float amount = std::max({std::abs(cloud[0]), std::abs(cloud[1]), std::abs(cloud[2])});
      const float kept = smooth_step(0.015f, 0.09f, amount) * 1.12f;
      const cv::Vec3f repainted = plan.sky_colours(clear + cloud * blend(1.0f, kept, anew));
      result = blend(result, repainted, sky);
    }
    p = {result[0], result[1], result[2], p[3]};
  });
}

// Extended difference of Gaussians, made whole along the drawing; ink takes the colour of what it lies on.
void draw_lines(Tile& tile, const FlowField& flow) {
  const auto lines = float(tile.plan.options.lines);
  if (lines == 0) return;
  cv::Mat1f light(tile.paint.size()), narrow, wide;
  for_pixels(light.size(), [&](int x, int y) { light(y, x) = light_of(tile.paint(y, x)); });
  const double sigma = line_sigma(tile.plan);
  cv::GaussianBlur(light, narrow, {}, sigma, sigma, cv::BORDER_REPLICATE);
  cv::GaussianBlur(light, wide, {}, 1.6 * sigma, 1.6 * sigma, cv::BORDER_REPLICATE);
  const cv::Mat1f ink = smooth_along(wide - narrow, flow, line_length(tile.plan));
  for_pixels(light.size(), [&](int x, int y) {
    const float calm = (1 - tile.sky(y, x)) * (1 - 0.6f * tile.busy(y, x));
    const float amount = lines * calm * smooth_step(0.006f, 0.035f, ink(y, x));
    cv::Vec4f& c = tile.paint(y, x);
    c = {c[0] * (1 - 0.80f * amount), c[1] * (1 - 0.85f * amount), c[2] * (1 - 0.70f * amount), c[3]};
  });
}

// Wet paint: more pigment where it dried at edges, where the wash ran and where the paper is rough.
void pool_pigment(Tile& tile, const FlowField& flow) {
  const auto pigment = float(tile.plan.options.pigment), paper = float(tile.plan.options.paper);
  if (pigment == 0 && paper == 0) return;
  for_pixels(tile.paint.size(), [&](int x, int y) {
    const float u = tile.u(x), v = tile.v(y);
    const float wash = value_noise(u / 90, v / 90, tile.seed + kWash + 1) +
                       0.6f * value_noise(u / 35, v / 35, tile.seed + kWash + 2) +
                       0.35f * value_noise(u / 12, v / 12, tile.seed + kWash + 3);
    const float rough = value_noise(u / 1.6f, v / 1.6f, tile.seed + kGrain + 1);
    const float edge = smooth_step(0.01f, 0.08f, flow.strength(y, x));
    const float more = pigment * (0.55f * edge + 0.28f * wash + 0.22f * rough);
    cv::Vec4f& c = tile.paint(y, x);
    for (int k = 0; k < 3; ++k) {
      const float wet = c[k] * (1 - (1 - c[k]) * more);
      c[k] = 1 - (1 - wet) * (1 - paper * (0.18f + 0.35f * wet));
    }
  });
}

cv::Mat1f bristles_of(const Tile& tile) {
  const cv::Mat4f half = halved(tile.paint);
  cv::Mat1f noise(half.size());
  for_pixels(noise.size(), [&](int x, int y) {
    noise(y, x) = hash_noise(tile.part.x / 2 + x, tile.part.y / 2 + y, tile.seed + kHair);
  });
  const cv::Mat1f hairs = smooth_along(noise, flow_field(half, kFlowSigma), hair_length(tile.plan));
  return sampled(hairs, {half.cols * 2, half.rows * 2}, {0, 0, tile.part.width, tile.part.height});
}

// Bristles, glow and grain, and half a step of noise that keeps gradients from banding in 8 bits.
void finish(Tile& tile) {
  const PaintOptions& options = tile.plan.options;
  const auto bristles = float(options.bristles), glow = float(options.glow), grain = float(options.grain);
  cv::Mat1f hairs;
  if (bristles > 0) hairs = bristles_of(tile);
  const cv::Mat3f light = sampled(tile.plan.glow, tile.plan.scene.whole, tile.part);
  for_pixels(tile.paint.size(), [&](int x, int y) {
    cv::Vec4f& c = tile.paint(y, x);
    float more = 0;
    if (bristles > 0) more += 0.30f * bristles * hairs(y, x) * (1 - 0.7f * tile.sky(y, x));
    if (grain > 0)
      more += 0.05f * grain *
              (value_noise(tile.u(x) / 1.3f, tile.v(y) / 1.3f, tile.seed + kGrain) +
               0.7f * value_noise(tile.u(x) / 2.9f, tile.v(y) / 2.9f, tile.seed + kGrain + 2));
    for (int k = 0; k < 3; ++k) {
      const float lit = 1 - (1 - c[k]) * (1 - 0.55f * glow * light(y, x)[k]);
      c[k] = lit * (1 + more) +
             0.5f / 255 * hash_noise(tile.part.x + x, tile.part.y + y, tile.seed + kDither + uint32_t(k));
    }
  });
}

int round_up(double value) {
  return (static_cast<int>(value) / kTileGrid + 1) * kTileGrid;
}

}  // namespace

int tile_margin(const PaintPlan& plan) {
  const double brush = 3.0 * brush_reach(plan.radius_px) + 4;
  const double lines = 3 * 1.6 * line_sigma(plan) + 1 + 2 * line_length(plan) + 1;
  const double hairs = 2 * (2 * hair_length(plan) + 1 + 3 * kFlowSigma + 2) + 2;
  return round_up(brush + 3 * kFlowSigma + 2 + lines + hairs);
}

cv::Mat4f paint_tile(const PaintPlan& plan, const cv::Mat4f& photo, const cv::Rect& part) {
  Tile tile{.plan = plan,
            .part = part,
            .seed = static_cast<uint32_t>(plan.options.seed) * 0x1000,
            .sky = {},
            .busy = {},
            .paint = {}};
  tile.sky = sky_of(plan.scene, photo, part);
  tile.busy = sampled(plan.busy, {plan.busy.cols * kTileGrid, plan.busy.rows * kTileGrid}, part);
  tile.paint = brushed(plan, photo, part);
  set_tones(tile);
  set_colours(tile);
  if (plan.options.lines > 0 || plan.options.pigment > 0) {
    const FlowField flow = flow_field(tile.paint, kFlowSigma);
    draw_lines(tile, flow);
    pool_pigment(tile, flow);
  }
  finish(tile);
  return tile.paint;
}

}  // namespace sakuga::compose
