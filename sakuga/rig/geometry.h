// Points, turns and curves of the drawings.
//
// Head space: the unit is the radius of the bare skull, whose centre is the origin; x to the viewer's right,
// y down, z towards the viewer. Curves are Bezier contours, so that a drawing is sharp at every size.
#pragma once

#include <array>
#include <functional>
#include <span>
#include <vector>

namespace sakuga::rig {

inline constexpr double kPi = 3.14159265358979323846;

struct Vec2 {
  double x = 0, y = 0;
  Vec2 operator+(Vec2 other) const { return {x + other.x, y + other.y}; }
  Vec2 operator-(Vec2 other) const { return {x - other.x, y - other.y}; }
  Vec2 operator*(double factor) const { return {x * factor, y * factor}; }
};
double length(Vec2 vector);
Vec2 normal(Vec2 along);  // Unit vector to the right of the way (y down); (0, 0) of a zero vector.
Vec2 lerp(Vec2 a, Vec2 b, double t);
double lerp(double a, double b, double t);
double smoothstep(double from, double to, double value);  // 0 up to `from`, 1 from `to` on.

struct Vec3 {
  double x = 0, y = 0, z = 0;
  Vec3 operator+(Vec3 other) const { return {x + other.x, y + other.y, z + other.z}; }
  Vec3 operator-(Vec3 other) const { return {x - other.x, y - other.y, z - other.z}; }
  Vec3 operator*(double factor) const { return {x * factor, y * factor, z * factor}; }
};

// Rows of a turn.
struct Mat3 {
  std::array<Vec3, 3> rows = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
  Vec3 operator*(Vec3 v) const;
  Mat3 operator*(const Mat3& other) const;
};

// Radians. turn_yaw moves what is in front to the right, turn_pitch up, turn_roll clockwise on the screen.
Mat3 turn_yaw(double angle);
Mat3 turn_pitch(double angle);
Mat3 turn_roll(double angle);

// A smooth curve through (x, y) pairs with rising x, flat beyond its ends, that never overshoots
// (Fritsch-Carlson monotone cubic).
double keyed(std::span<const Vec2> keys, double x);

// One closed Bezier curve: the start, then triples (control, control, end).
using Contour = std::vector<Vec2>;
// Contours that are filled together, non-zero winding.
using Path = std::vector<Contour>;

// The closed curve through all points (Catmull-Rom). `corners` are indices of points where it may turn
// sharply.
Contour closed_curve(std::span<const Vec2> points, std::span<const size_t> corners = {});
Contour polygon(std::span<const Vec2> points);
Contour ellipse(Vec2 centre, double rx, double ry, double angle = 0);

// `count` points spread evenly (in the parameter) over the open curve through `points`.
std::vector<Vec2> sample_curve(std::span<const Vec2> points, size_t count);

// The part from `from` to `to` (in [0, 1] of the parameter) of the curve through `points`.
std::vector<Vec2> sub_curve(std::span<const Vec2> points, double from, double to, size_t count);

// A brush stroke along the points whose half width at t in [0, 1] is half_width(t).
Contour brush(std::span<const Vec2> points, const std::function<double(double)>& half_width);

// A pen line: as thick as `width` in the middle, tapering over these parts of its length at both ends.
Contour pen(std::span<const Vec2> points, double width, double taper_in = 0.3, double taper_out = 0.5);

Contour moved(const Contour& contour, Vec2 by);
Path moved(const Path& path, Vec2 by);
void append(Path& to, const Path& more);

// Smallest box around all control points.
struct Box {
  Vec2 low = {1e9, 1e9}, high = {-1e9, -1e9};
  void add(Vec2 point);
  bool empty() const { return low.x > high.x; }
};
Box bounds(const Path& path);

}  // namespace sakuga::rig
