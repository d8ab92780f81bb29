#include "sakuga/compose/line_boil.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/over.h"
#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

constexpr int kFieldPx = 24;     // Distance of the random vectors of a boil.
constexpr int kSmearSteps = 12;  // Samples along a smear.

void check_picture(const media::Image& picture, const char* what) {
  if (picture.pixels.empty()) core::fail(core::ErrorKind::BadRequest, "{}: the picture is empty", what);
}

// Adds `share` of what `from` shows along the way scaled by `part`.
void add_warped(media::Image& sum, const media::Image& from, const Flow& motion, float part, float share) {
  Flow scaled = motion;
  for (auto& v : scaled.vectors) v = {v.x * part, v.y * part};
  const auto there = warp(from, scaled);
  for (size_t i = 0; i < sum.pixels.size(); ++i) {
    auto& s = sum.pixels[i];
    const auto& p = there.pixels[i];
    s = {s.r + share * p.r, s.g + share * p.g, s.b + share * p.b, s.a + share * p.a};
  }
}

// Straight again; what was opaque stays so, whatever interpolation rounded.
media::Image finished(const media::Image& premultiplied) {
  auto picture = unpremultiplied(premultiplied);
  for (auto& p : picture.pixels) p.a = p.a > 0.999f ? 1.0f : std::max(p.a, 0.0f);
  return picture;
}

}  // namespace

media::Image line_boil(const media::Image& drawing, double strength_px, uint64_t number) {
  check_picture(drawing, "line boil");
  if (!(strength_px >= 0))
    core::fail(core::ErrorKind::BadRequest, "line boil: expected a strength of 0 or more, got {}",
               strength_px);
  if (strength_px == 0) return drawing;
  cv::Mat coarse(drawing.height / kFieldPx + 2, drawing.width / kFieldPx + 2, CV_32FC2), field;
  core::Rng rng(number, 0xb011);
  for (int y = 0; y < coarse.rows; ++y)
    for (int x = 0; x < coarse.cols; ++x)
      for (int c = 0; c < 2; ++c)
        coarse.at<cv::Vec2f>(y, x)[c] = float(strength_px * (2 * rng.uniform() - 1));
  cv::resize(coarse, field, {drawing.width, drawing.height}, 0, 0, cv::INTER_CUBIC);
  Flow flow(drawing.width, drawing.height);
  for (int y = 0; y < drawing.height; ++y)
    for (int x = 0; x < drawing.width; ++x) {
      const auto& v = field.at<cv::Vec2f>(y, x);
      flow.vectors[size_t(y) * size_t(drawing.width) + size_t(x)] = {v[0], v[1]};
    }
  return finished(warp(premultiplied(drawing), flow, Sampling::Bicubic));
}

media::Image smear(const media::Image& drawing, const Flow& motion, double length, double from_px) {
  check_picture(drawing, "smear");
  if (motion.width != drawing.width || motion.height != drawing.height)
    core::fail(core::ErrorKind::BadRequest, "smear: the drawing is {}x{}, the motion {}x{}", drawing.width,
               drawing.height, motion.width, motion.height);
  if (!(length >= 0) || !(from_px >= 0))
    core::fail(core::ErrorKind::BadRequest,
               "smear: expected a length and a speed of 0 or more, got {} and {}", length, from_px);
  if (length == 0) return drawing;
  Flow fast = motion;
  for (auto& v : fast.vectors) {
    const float speed = std::hypot(v.x, v.y);
    const float part =
        float(length) * std::clamp((speed - float(from_px)) / (0.5f * float(from_px) + 1), 0.0f, 1.0f);
    v = {v.x * part, v.y * part};
  }
  const auto source = premultiplied(drawing);
  media::Image sum(drawing.width, drawing.height, drawing.transfer);
  for (auto& p : sum.pixels) p = {0, 0, 0, 0};
  for (int i = 0; i < kSmearSteps; ++i)
    add_warped(sum, source, fast, float(i) / (kSmearSteps - 1), 1.0f / kSmearSteps);
  return finished(sum);
}

}  // namespace sakuga::compose
