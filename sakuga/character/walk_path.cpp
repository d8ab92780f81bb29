// The arithmetic of walks: turns, distances and timing.
#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>

#include "sakuga/character/walk.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/resize.h"

namespace sakuga::character {
namespace {

constexpr int kSquintSize = 32;

double dot(std::span<const float> a, std::span<const float> b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += double(a[i]) * double(b[i]);
  return sum;
}

double lab_curve(double t) {
  return t > 216. / 24389 ? std::cbrt(t) : (24389. / 27 * t + 16) / 116;
}

// CIE 1976 L*a*b* of an sRGB pixel, D65 (IEC 61966-2-1 primaries).
std::array<double, 3> lab(const uint8_t* rgb) {
  std::array<double, 3> linear;
  for (int c = 0; c < 3; ++c) linear[size_t(c)] = media::srgb_to_linear(float(rgb[c]) / 255);
  const auto [r, g, b] = linear;
  const double x = lab_curve((0.4124564 * r + 0.3575761 * g + 0.1804375 * b) / 0.95047);
  const double y = lab_curve(0.2126729 * r + 0.7151522 * g + 0.0721750 * b);
  const double z = lab_curve((0.0193339 * r + 0.1191920 * g + 0.9503041 * b) / 1.08883);
  return {116 * y - 16, 500 * (x - y), 200 * (y - z)};
}

media::Image8 squinted(const media::Image8& picture) {
  if (picture.width <= kSquintSize && picture.height <= kSquintSize) return picture;
  return media::resize(picture, kSquintSize, kSquintSize, media::Filter::Box);
}

// The value at `x` of the line through the points (xs, ys); xs do not fall.
double between(const std::vector<double>& xs, const std::vector<double>& ys, double x) {
  const auto above = std::upper_bound(xs.begin(), xs.end(), x);
  if (above == xs.end()) return ys.back();
  if (above == xs.begin()) return ys.front();
  const size_t i = size_t(above - xs.begin()) - 1;
  return ys[i] + (x - xs[i]) / (xs[i + 1] - xs[i]) * (ys[i + 1] - ys[i]);
}

// u in [0, 1]: a straight line, a curve that stands still at both ends, or a mixture.
double eased(double u, double ease) {
  return (1 - ease) * u + ease * u * u * (3 - 2 * u);
}

}  // namespace

std::vector<float> slerp(std::span<const float> a, std::span<const float> b, double t) {
  const double lengths = std::sqrt(dot(a, a) * dot(b, b));
  const double cosine = lengths > 0 ? std::clamp(dot(a, b) / lengths, -1., 1.) : 1;
  const double angle = std::acos(cosine);
  double from = 1 - t, to = t;
  if (std::sin(angle) > 1e-6 && t != 0 && t != 1) {
    from = std::sin((1 - t) * angle) / std::sin(angle);
    to = std::sin(t * angle) / std::sin(angle);
  }
  std::vector<float> between(a.size());
  for (size_t i = 0; i < a.size(); ++i) between[i] = float(from * double(a[i]) + to * double(b[i]));
  return between;
}

double eye_distance(const media::Image8& a, const media::Image8& b) {
  const auto small_a = squinted(a), small_b = squinted(b);
  double sum = 0;
  for (int y = 0; y < small_a.height; ++y)
    for (int x = 0; x < small_a.width; ++x) {
      const auto lab_a = lab(small_a.at(x, y)), lab_b = lab(small_b.at(x, y));
      for (size_t c = 0; c < 3; ++c) sum += (lab_a[c] - lab_b[c]) * (lab_a[c] - lab_b[c]);
    }
  return std::sqrt(sum / (double(small_a.width) * small_a.height));
}

WalkPath::WalkPath(std::vector<double> positions, std::span<const double> distances)
    : positions(std::move(positions)), lengths({0}) {
  const double sum = std::accumulate(distances.begin(), distances.end(), 0.);
  for (const double distance : distances) lengths.push_back(lengths.back() + (sum > 0 ? distance : 1));
}

double WalkPath::length_at(double position) const {
  return between(positions, lengths, position);
}

double WalkPath::position_at(double length) const {
  return between(lengths, positions, length);
}

std::vector<double> refined(const WalkPath& path, int64_t count) {
  std::vector<double> positions;
  const int64_t stretches = std::llround(path.positions.back());
  for (int64_t s = 0; s < stretches; ++s) {
    const double start = path.length_at(double(s)), length = path.length_at(double(s + 1)) - start;
    const int64_t steps = std::max<int64_t>(4, std::llround(double(count) * length / path.lengths.back()));
    positions.push_back(double(s));
    for (int64_t i = 1; i < steps; ++i) {
      const double share = double(i) / double(steps);
      positions.push_back(length > 0 ? path.position_at(start + length * share) : double(s) + share);
    }
  }
  positions.push_back(double(stretches));
  return positions;
}

std::vector<double> place_frames(const WalkPath& path, const WalkTiming& timing) {
  if (timing.frames < 2)
    core::fail(core::ErrorKind::BadRequest, "walk: expected at least two frames, got {}", timing.frames);
  const int64_t stretches = std::llround(path.positions.back());
  const int64_t holds = stretches + !timing.loop;                // A loop meets its first key once.
  const double duration = double(timing.frames - !timing.loop);  // In frames, from the first to the end.
  const double held = timing.hold * timing.fps, moving = duration - held * double(holds);
  if (moving <= 0)
    core::fail(core::ErrorKind::BadRequest,
               "walk: {} holds of {} s leave no time to move in {} frames at {} a second", holds, timing.hold,
               timing.frames, timing.fps);

  std::vector<double> placed;
  int64_t stretch = 0;
  double start = 0;  // When, in frames, the hold before this stretch begins.
  const auto length_of = [&](int64_t s) { return path.length_at(double(s + 1)) - path.length_at(double(s)); };
  const auto time_of = [&](int64_t s) { return held + moving * length_of(s) / path.lengths.back(); };
  for (int64_t frame = 0; frame < timing.frames; ++frame) {
    while (stretch < stretches - 1 && double(frame) >= start + time_of(stretch)) start += time_of(stretch++);
    const double going = time_of(stretch) - held, gone = double(frame) - start - held;
    const double u = going > 0 ? std::clamp(gone / going, 0., 1.) : double(gone >= 0);
    if (u == 0 || u == 1)
      placed.push_back(double(stretch) + u);
    else
      placed.push_back(
          path.position_at(path.length_at(double(stretch)) + eased(u, timing.ease) * length_of(stretch)));
  }
  return placed;
}

}  // namespace sakuga::character
