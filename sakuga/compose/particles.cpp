#include "sakuga/compose/particles.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/hex_colour.h"
#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

constexpr int kShift = 6;
constexpr int kLevels = 3;  // Far, middle and near.
constexpr std::array<double, kLevels> kSize = {0.55, 1, 2.1};
constexpr double kTurn = 2 * std::numbers::pi;

// What one particle is born with; all in [0, 1).
struct Particle {
  double x, y, speed, phase, spin, tumble, size, shade;
};

Particle born(const ParticleOptions& options, int64_t number) {
  core::Rng rng(uint64_t(options.seed), uint64_t(number));
  const auto next = [&rng] { return rng.uniform(); };
  Particle p{};
  for (double* value : {&p.x, &p.y, &p.speed, &p.phase, &p.spin, &p.tumble, &p.size, &p.shade})
    *value = next();
  return p;
}

double wrapped(double value, double size, double margin) {
  const double period = size + 2 * margin;
  const double inside = std::fmod(value + margin, period);
  return (inside < 0 ? inside + period : inside) - margin;
}

// A leaf shape about the origin, folded by the tumble and turned by the spin, as a convex outline.
std::vector<cv::Point> outline(const ParticleOptions& options, const Particle& p, double seconds, double x,
                               double y, double size) {
  const bool leaf = options.kind == "petals";
  const double turn = kTurn * (p.phase + seconds * (0.25 + 0.5 * p.spin) * (p.spin < 0.5 ? -1 : 1));
  const double fold =
      leaf ? 0.25 + 0.75 * std::abs(std::cos(kTurn * (p.tumble + seconds * (0.4 + 0.6 * p.speed)))) : 1;
  std::vector<cv::Point> points;
  for (int i = 0; i < 14; ++i) {
    const double t = kTurn * i / 14;
    const double along = std::cos(t) * size / 2;
    // Widest a third of the way from the round end.
    const double across = std::sin(t) * size / 2 * (leaf ? 0.62 * fold * (1 - 0.35 * std::cos(t)) : 1);
    const double c = std::cos(turn), s = std::sin(turn);
    points.emplace_back(int(std::lround((x + along * c - across * s) * (1 << kShift))),
                        int(std::lround((y + along * s + across * c) * (1 << kShift))));
  }
  return points;
}

struct Scene {
  int width, height;
  double seconds;
  const ParticleOptions& options;
  media::Rgba colour;
};

float brightness(const Scene& scene, const Particle& p) {
  if (scene.options.kind == "embers")
    return float(2.2 + 1.6 * std::sin(kTurn * (p.phase + scene.seconds * (1.5 + p.spin))));
  const double face = std::cos(kTurn * (p.tumble + scene.seconds * (0.4 + 0.6 * p.speed)));
  return float(0.72 + 0.18 * face + 0.2 * p.shade);
}

void draw(const Scene& scene, int64_t number, int level, media::Image& layer) {
  const auto& o = scene.options;
  const auto p = born(o, number);
  const double size = o.size * kSize[size_t(level)] * (0.6 + 0.8 * p.size);
  const double speed = kSize[size_t(level)] * (0.7 + 0.6 * p.speed);
  const double rise = o.kind == "embers" ? -1 : 1;
  const double sway =
      o.sway * kSize[size_t(level)] * std::sin(kTurn * (p.phase + scene.seconds * (0.2 + 0.3 * p.spin)));
  const double margin = 2 * size + o.sway * 2.1;
  const double x = wrapped(p.x * (scene.width + 2 * margin) + speed * o.wind_x * scene.seconds + sway,
                           scene.width, margin);
  const double y =
      wrapped(p.y * (scene.height + 2 * margin) + rise * speed * o.wind_y * scene.seconds + 0.3 * sway,
              scene.height, margin);
  const double away = level == 0 ? 1 - o.focus : level == 2 ? o.focus : 0.12;
  const double softness = o.size * kSize[size_t(level)] * 0.22 * away;  // Sigma of its blur.
  const int reach = int(std::ceil(size / 2 + 3 * softness)) + 2;
  const cv::Rect box(int(std::floor(x)) - reach, int(std::floor(y)) - reach, 2 * reach + 1, 2 * reach + 1);
  const cv::Rect seen = box & cv::Rect(0, 0, scene.width, scene.height);
  if (seen.empty()) return;
  cv::Mat mask = cv::Mat::zeros(box.size(), CV_8U), soft;
  cv::fillConvexPoly(mask, outline(o, p, scene.seconds, x - box.x, y - box.y, size), cv::Scalar(255),
                     cv::LINE_AA, kShift);
  mask.convertTo(soft, CV_32F, o.opacity / 255);
  if (softness > 0) cv::GaussianBlur(soft, soft, {}, softness, softness, cv::BORDER_CONSTANT);
  const float light = brightness(scene, p);
  for (int j = seen.y; j < seen.y + seen.height; ++j)
    for (int i = seen.x; i < seen.x + seen.width; ++i) {
      const float a = soft.at<float>(j - box.y, i - box.x);
      auto& out = layer.pixels[size_t(j) * scene.width + i];
      const auto over = [&](float back, float value) { return value * light * a + back * (1 - a); };
      out = {over(out.r, scene.colour.r), over(out.g, scene.colour.g), over(out.b, scene.colour.b),
             a + out.a * (1 - a)};
    }
}

}  // namespace

media::Image particles(int width, int height, double seconds, const ParticleOptions& options) {
  if (width < 1 || height < 1)
    core::fail(core::ErrorKind::BadRequest, "particles: expected a picture size, got {}x{}", width, height);
  const Scene scene = {width, height, seconds, options, linear_colour("particles colour", options.colour)};
  media::Image all(width, height, media::Transfer::Linear);
  for (auto& p : all.pixels) p = {0, 0, 0, 0};
  // Of every ten, five are far, four in the middle and one is near.
  for (int level = 0; level < kLevels; ++level)
    for (int64_t number = 0; number < options.count; ++number) {
      const int64_t kind = number % 10;
      if ((kind < 5 ? 0 : kind < 9 ? 1 : 2) == level) draw(scene, number, level, all);
    }
  return all;
}

}  // namespace sakuga::compose
