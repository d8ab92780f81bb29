#include "sakuga/compose/speed_lines.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/hex_colour.h"
#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

struct Point {
  double x, y;
};

constexpr int kShift = 6;  // OpenCV's fixed point: 1/64 of a pixel.

void fill(cv::Mat& mask, const std::array<Point, 4>& corners, double strength) {
  std::array<cv::Point, 4> fixed;
  for (size_t i = 0; i < 4; ++i)
    fixed[i] = {int(std::lround(corners[i].x * (1 << kShift))),
                int(std::lround(corners[i].y * (1 << kShift)))};
  cv::fillConvexPoly(mask, fixed.data(), 4, cv::Scalar(255 * strength), cv::LINE_AA, kShift);
}

// A stroke from `tip` to `end`, pointed at the tip.
void stroke(cv::Mat& mask, Point tip, Point end, double thickness, double strength) {
  const double dx = end.x - tip.x, dy = end.y - tip.y, length = std::max(1e-6, std::hypot(dx, dy));
  const double nx = -dy / length * thickness / 2, ny = dx / length * thickness / 2;
  const Point middle = {tip.x + 0.6 * dx, tip.y + 0.6 * dy};
  fill(mask,
       {tip, {middle.x + 0.7 * nx, middle.y + 0.7 * ny}, end, {middle.x - 0.7 * nx, middle.y - 0.7 * ny}},
       strength);
  fill(mask, {tip, {end.x + nx, end.y + ny}, {end.x - nx, end.y - ny}, tip}, strength);
}

void draw_focus(cv::Mat& mask, core::Rng& rng, const SpeedLineOptions& options) {
  const double half = std::hypot(mask.cols, mask.rows) / 2;
  const Point centre = {options.x * mask.cols, options.y * mask.rows};
  for (int64_t i = 0; i < options.count; ++i) {
    const double angle = 2 * std::numbers::pi * (double(i) + 0.9 * rng.uniform()) / double(options.count);
    const double u = rng.uniform();
    const double near = half * options.clear * (1 + 0.6 * u * u), far = 3 * half;
    const double thick = options.thickness * (0.15 + 0.85 * std::pow(rng.uniform(), 2));
    const double strength = 0.55 + 0.45 * rng.uniform();
    const double c = std::cos(angle), s = std::sin(angle);
    stroke(mask, {centre.x + near * c, centre.y + near * s}, {centre.x + far * c, centre.y + far * s},
           thick * (far - near) / half, strength);
  }
}

void draw_parallel(cv::Mat& mask, core::Rng& rng, const SpeedLineOptions& options) {
  const double angle = options.angle * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double half = std::hypot(mask.cols, mask.rows) / 2;
  for (int64_t i = 0; i < options.count; ++i) {
    const double across = half * (2 * rng.uniform() - 1), along = half * (3 * rng.uniform() - 1.5);
    const double length = half * (0.3 + 1.2 * rng.uniform());
    const double thick = options.thickness * (0.15 + 0.85 * std::pow(rng.uniform(), 2));
    const double strength = 0.4 + 0.6 * rng.uniform();
    const Point tip = {mask.cols / 2.0 + along * c - across * s, mask.rows / 2.0 + along * s + across * c};
    const Point middle = {tip.x + length / 2 * c, tip.y + length / 2 * s};
    stroke(mask, tip, middle, thick, strength);
    stroke(mask, {tip.x + length * c, tip.y + length * s}, middle, thick, strength);
  }
}

}  // namespace

media::Image speed_lines(int width, int height, int64_t frame, const SpeedLineOptions& options) {
  if (width < 1 || height < 1)
    core::fail(core::ErrorKind::BadRequest, "speed lines: expected a picture size, got {}x{}", width, height);
  const auto colour = linear_colour("speed lines colour", options.colour);
  cv::Mat mask = cv::Mat::zeros(height, width, CV_8U);
  if (options.opacity > 0) {
    core::Rng rng(uint64_t(options.seed), uint64_t(frame / options.hold));
    if (options.kind == "parallel")
      draw_parallel(mask, rng, options);
    else
      draw_focus(mask, rng, options);
  }
  media::Image lines(width, height, media::Transfer::Linear);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const float a = float(options.opacity) * float(mask.at<uchar>(y, x)) / 255;
      lines.pixels[size_t(y) * width + x] = {a * colour.r, a * colour.g, a * colour.b, a};
    }
  return lines;
}

}  // namespace sakuga::compose
