#include "sakuga/rig/geometry.h"

#include <algorithm>
#include <cmath>

namespace sakuga::rig {

double length(Vec2 vector) {
  return std::hypot(vector.x, vector.y);
}

Vec2 normal(Vec2 along) {
  const double size = length(along);
  return size < 1e-12 ? Vec2{} : Vec2{-along.y / size, along.x / size};
}

Vec2 lerp(Vec2 a, Vec2 b, double t) {
  return a + (b - a) * t;
}

double lerp(double a, double b, double t) {
  return a + (b - a) * t;
}

double smoothstep(double from, double to, double value) {
  const double t = std::clamp((value - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

Vec3 Mat3::operator*(Vec3 v) const {
  const auto dot = [&](Vec3 row) { return row.x * v.x + row.y * v.y + row.z * v.z; };
  return {dot(rows[0]), dot(rows[1]), dot(rows[2])};
}

Mat3 Mat3::operator*(const Mat3& other) const {
  Mat3 product;
  for (size_t i = 0; i < 3; ++i) {
    product.rows[i] = other.rows[0] * rows[i].x + other.rows[1] * rows[i].y + other.rows[2] * rows[i].z;
  }
  return product;
}

Mat3 turn_yaw(double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return {{{{c, 0, s}, {0, 1, 0}, {-s, 0, c}}}};
}

Mat3 turn_pitch(double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return {{{{1, 0, 0}, {0, c, -s}, {0, s, c}}}};
}

Mat3 turn_roll(double angle) {
  const double c = std::cos(angle), s = std::sin(angle);
  return {{{{c, -s, 0}, {s, c, 0}, {0, 0, 1}}}};
}

namespace {

double chord_slope(std::span<const Vec2> keys, size_t i) {
  return (keys[i + 1].y - keys[i].y) / (keys[i + 1].x - keys[i].x);
}

// The limited slope at an inner key: zero at extremes, harmonic mean of the chords elsewhere.
double key_slope(std::span<const Vec2> keys, size_t i) {
  if (i == 0 || i + 1 == keys.size()) return 0;
  const double before = chord_slope(keys, i - 1), after = chord_slope(keys, i);
  if (before * after <= 0) return 0;
  const double left = keys[i].x - keys[i - 1].x, right = keys[i + 1].x - keys[i].x;
  const double w1 = 2 * right + left, w2 = right + 2 * left;
  return (w1 + w2) / (w1 / before + w2 / after);
}

}  // namespace

double keyed(std::span<const Vec2> keys, double x) {
  if (x <= keys.front().x) return keys.front().y;
  if (x >= keys.back().x) return keys.back().y;
  size_t i = 0;
  while (x > keys[i + 1].x) ++i;
  const double step = keys[i + 1].x - keys[i].x, t = (x - keys[i].x) / step;
  const double m0 = key_slope(keys, i) * step, m1 = key_slope(keys, i + 1) * step;
  const double t2 = t * t, t3 = t2 * t;
  return (2 * t3 - 3 * t2 + 1) * keys[i].y + (t3 - 2 * t2 + t) * m0 + (3 * t2 - 2 * t3) * keys[i + 1].y +
         (t3 - t2) * m1;
}

namespace {

// A tangent no longer than the shorter neighbour keeps close points from making loops.
Vec2 tangent(Vec2 before, Vec2 here, Vec2 after) {
  const Vec2 chord = after - before;
  const double size = length(chord);
  if (size < 1e-12) return {};
  const double in = length(here - before), out = length(after - here);
  return chord * (std::min({in, out, size}) / size);
}

}  // namespace

Contour closed_curve(std::span<const Vec2> points, std::span<const size_t> corners) {
  const size_t n = points.size();
  Contour contour;
  if (n == 0) return contour;
  std::vector<Vec2> tangents(n);
  for (size_t i = 0; i < n; ++i) {
    const bool corner = std::ranges::find(corners, i) != corners.end();
    if (!corner) tangents[i] = tangent(points[(i + n - 1) % n], points[i], points[(i + 1) % n]);
  }
  contour.reserve(3 * n + 1);
  contour.push_back(points[0]);
  for (size_t i = 0; i < n; ++i) {
    const Vec2 a = points[i], b = points[(i + 1) % n];
    const double reach = length(b - a) / 3;
    const auto handle = [&](Vec2 t) { return length(t) < 1e-12 ? Vec2{} : t * (reach / length(t)); };
    contour.push_back(a + handle(tangents[i]));
    contour.push_back(b - handle(tangents[(i + 1) % n]));
    contour.push_back(b);
  }
  return contour;
}

Contour polygon(std::span<const Vec2> points) {
  Contour contour;
  if (points.empty()) return contour;
  contour.push_back(points[0]);
  for (size_t i = 0; i < points.size(); ++i) {
    const Vec2 a = points[i], b = points[(i + 1) % points.size()];
    contour.insert(contour.end(), {lerp(a, b, 1.0 / 3), lerp(a, b, 2.0 / 3), b});
  }
  return contour;
}

Contour ellipse(Vec2 centre, double rx, double ry, double angle) {
  constexpr double k = 0.5522847498;
  const double c = std::cos(angle), s = std::sin(angle);
  const auto at = [&](double x, double y) {
    return Vec2{centre.x + x * rx * c - y * ry * s, centre.y + x * rx * s + y * ry * c};
  };
  return {at(1, 0),   at(1, k),   at(k, 1),  at(0, 1),  at(-k, 1), at(-1, k), at(-1, 0),
          at(-1, -k), at(-k, -1), at(0, -1), at(k, -1), at(1, -k), at(1, 0)};
}

std::vector<Vec2> sub_curve(std::span<const Vec2> points, double from, double to, size_t count) {
  std::vector<Vec2> samples(count);
  const size_t last = points.size() - 1;
  const auto point = [&](int64_t i) { return points[static_cast<size_t>(std::clamp<int64_t>(i, 0, last))]; };
  for (size_t k = 0; k < count; ++k) {
    const double place = std::clamp(lerp(from, to, double(k) / double(count - 1)), 0.0, 1.0) * double(last);
    const auto i = std::min<int64_t>(static_cast<int64_t>(place), static_cast<int64_t>(last) - 1);
    const double t = place - double(i);
    const Vec2 p0 = point(i - 1), p1 = point(i), p2 = point(i + 1), p3 = point(i + 2);
    const Vec2 a = p1 * 2, b = p2 - p0, c = p0 * 2 - p1 * 5 + p2 * 4 - p3, d = p1 * 3 - p0 - p2 * 3 + p3;
    samples[k] = (a + b * t + c * (t * t) + d * (t * t * t)) * 0.5;
  }
  return samples;
}

std::vector<Vec2> sample_curve(std::span<const Vec2> points, size_t count) {
  return sub_curve(points, 0, 1, count);
}

Contour brush(std::span<const Vec2> points, const std::function<double(double)>& half_width) {
  const size_t n = points.size();
  std::vector<Vec2> outline(2 * n);
  for (size_t i = 0; i < n; ++i) {
    const Vec2 along = points[std::min(i + 1, n - 1)] - points[i == 0 ? 0 : i - 1];
    const Vec2 side = normal(along) * half_width(double(i) / double(n - 1));
    outline[i] = points[i] + side;
    outline[2 * n - 1 - i] = points[i] - side;
  }
  const std::array<size_t, 4> corners = {0, n - 1, n, 2 * n - 1};
  return closed_curve(outline, corners);
}

Contour pen(std::span<const Vec2> points, double width, double taper_in, double taper_out) {
  return brush(points, [=](double t) {
    const double in = taper_in > 0 ? std::min(1.0, t / taper_in) : 1;
    const double out = taper_out > 0 ? std::min(1.0, (1 - t) / taper_out) : 1;
    return 0.5 * width * std::sqrt(std::max(0.0, in * out));
  });
}

Contour moved(const Contour& contour, Vec2 by) {
  Contour result = contour;
  for (Vec2& point : result) point = point + by;
  return result;
}

Path moved(const Path& path, Vec2 by) {
  Path result;
  for (const Contour& contour : path) result.push_back(moved(contour, by));
  return result;
}

void append(Path& to, const Path& more) {
  to.insert(to.end(), more.begin(), more.end());
}

void Box::add(Vec2 point) {
  low = {std::min(low.x, point.x), std::min(low.y, point.y)};
  high = {std::max(high.x, point.x), std::max(high.y, point.y)};
}

Box bounds(const Path& path) {
  Box box;
  for (const Contour& contour : path)
    for (const Vec2 point : contour) box.add(point);
  return box;
}

}  // namespace sakuga::rig
