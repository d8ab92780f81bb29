#include "sakuga/rig/flow.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <tuple>

#include "sakuga/rig/id_map.h"

namespace sakuga::rig {
namespace {

// The contour's points and the middles of its pieces, in pixels.
std::vector<Vec2> corners_of(const Contour& contour, const Frame& frame) {
  std::vector<Vec2> corners;
  const auto pixel = [&](Vec2 p) { return Vec2{p.x * frame.scale + frame.x, p.y * frame.scale + frame.y}; };
  for (size_t i = 0; i + 3 < contour.size(); i += 3) {
    corners.push_back(pixel(contour[i]));
    const Vec2 middle = (contour[i] + contour[i + 3]) * 0.125 + (contour[i + 1] + contour[i + 2]) * 0.375;
    corners.push_back(pixel(middle));
  }
  return corners;
}

double cross(Vec2 a, Vec2 b) {
  return a.x * b.y - a.y * b.x;
}

double dot(Vec2 a, Vec2 b) {
  return a.x * b.x + a.y * b.y;
}

// Where `p` goes when the polygon `from` becomes `to`: mean value coordinates.
Vec2 carried(Vec2 p, const std::vector<Vec2>& from, const std::vector<Vec2>& to) {
  const size_t n = from.size();
  Vec2 sum;
  double total = 0;
  double before = 0;  // tan(half the angle) of the edge that ends at the corner.
  const auto half_tangent = [&](size_t i) {
    const Vec2 a = from[i] - p, b = from[(i + 1) % n] - p;
    const double area = cross(a, b), size = length(a) * length(b);
    return std::abs(area) < 1e-9 ? 0.0 : (size - dot(a, b)) / area;
  };
  before = half_tangent(n - 1);
  for (size_t i = 0; i < n; ++i) {
    const double reach = length(from[i] - p);
    if (reach < 1e-6) return to[i];
    const double after = half_tangent(i), weight = (before + after) / reach;
    sum = sum + to[i] * weight;
    total += weight;
    before = after;
  }
  return std::abs(total) < 1e-12 ? p : sum * (1 / total);
}

using Key = std::tuple<Part, Role, int>;

// One contour in both drawings.
struct Piece {
  std::vector<Vec2> here, there;
};

// Whether two drawings of a shape have the same points.
bool same_points(const Shape& a, const Shape& b) {
  if (a.outline > 0 || b.outline > 0 || a.path.empty() || a.path.size() != b.path.size()) return false;
  for (size_t i = 0; i < a.path.size(); ++i)
    if (a.path[i].size() != b.path[i].size() || a.path[i].size() < 10) return false;
  return true;
}

bool inside(Vec2 p, const std::vector<Vec2>& polygon) {
  bool odd = false;
  for (size_t i = 0, j = polygon.size() - 1; i < polygon.size(); j = i++) {
    const Vec2 a = polygon[i], b = polygon[j];
    if ((a.y > p.y) != (b.y > p.y) && p.x < (b.x - a.x) * (p.y - a.y) / (b.y - a.y) + a.x) odd = !odd;
  }
  return odd;
}

class Mover {
 public:
  Mover(const Character& from, const Character& to, const Frame& frame)
      : frame_(frame), from_(draw_shapes(from)), to_(draw_shapes(to)), from_stage_(from), to_stage_(to) {
    from_ids_ = id_map(from_, frame);
    to_ids_ = id_map(to_, frame);
    match();
  }

  Flow flow() {
    const size_t count = from_ids_.size();
    result_ = {frame_.width, frame_.height, std::vector<float>(count, kUnknownFlow),
               std::vector<float>(count, kUnknownFlow), std::vector<uint8_t>(count)};
    std::vector<uint8_t> open(count);  // Pixels that take their motion from a neighbour.
    for (size_t i = 0; i < count; ++i) {
      if (from_ids_[i] == 0) continue;
      const size_t shape = from_ids_[i] - 1;
      if (!move_pixel(i, shape)) {
        open[i] = 1;
        result_.occluded[i] = from_.shapes[shape].outline > 0 ? 0 : 255;
      }
    }
    spread(open);
    for (size_t i = 0; i < count; ++i)
      if (from_ids_[i] != 0 && !open[i])
        result_.occluded[i] = hidden(i, partner_[from_ids_[i] - 1]) ? 255 : 0;
    return std::move(result_);
  }

 private:
  void match() {
    std::map<Key, size_t> there;
    for (size_t i = 0; i < to_.shapes.size(); ++i) {
      const Shape& shape = to_.shapes[i];
      there[{shape.part, shape.role, shape.key}] = i;
    }
    partner_.assign(from_.shapes.size(), -1);
    for (size_t i = 0; i < from_.shapes.size(); ++i) {
      const Shape& shape = from_.shapes[i];
      const auto found = there.find({shape.part, shape.role, shape.key});
      if (found == there.end() || !same_points(shape, to_.shapes[found->second])) continue;
      const Shape& other = to_.shapes[found->second];
      partner_[i] = static_cast<int>(found->second);
      for (size_t k = 0; k < shape.path.size(); ++k)
        polygons_[i].push_back({corners_of(shape.path[k], frame_), corners_of(other.path[k], frame_)});
    }
  }

  bool move_pixel(size_t i, size_t shape) {
    if (partner_[shape] < 0) return false;
    const Vec2 p = {double(i % size_t(frame_.width)) + 0.5, double(i / size_t(frame_.width)) + 0.5};
    Vec2 q;
    if (from_.shapes[shape].on_skull) {
      if (!on_skull(p, q)) return false;
    } else {
      const auto& pieces = polygons_.at(shape);
      const auto piece = std::ranges::find_if(pieces, [&](const Piece& one) { return inside(p, one.here); });
      const Piece& chosen = piece == pieces.end() ? pieces.front() : *piece;
      q = carried(p, chosen.here, chosen.there);
    }
    result_.dx[i] = static_cast<float>(q.x - p.x);
    result_.dy[i] = static_cast<float>(q.y - p.y);
    return true;
  }

  // The point of the shell under a pixel, turned to the other pose. False beside the shell and where it turns
  // out of sight.
  bool on_skull(Vec2 p, Vec2& q) const {
    const Shell& shell = from_stage_.hair.shell;
    const Vec3 middle = from_stage_.head.turned(shell.centre);
    const Vec2 view = {(p.x - frame_.x) / frame_.scale - middle.x,
                       (p.y - frame_.y) / frame_.scale - middle.y};
    const auto axis = [&](const Head& head, Vec3 along) {
      return head.turned(shell.centre + along) - head.turned(shell.centre);
    };
    const std::array<Vec3, 3> units = {{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}};
    const std::array<double, 3> radii = {shell.radius.x, shell.radius.y, shell.radius.z};
    // With t the depth: the sum over the axes of ((view + t z) . axis / radius)^2 is 1.
    double a = 0, b = 0, c = -1;
    std::array<Vec3, 3> axes;
    for (size_t k = 0; k < 3; ++k) {
      axes[k] = axis(from_stage_.head, units[k]);
      const double flat = (view.x * axes[k].x + view.y * axes[k].y) / radii[k], deep = axes[k].z / radii[k];
      a += deep * deep;
      b += 2 * flat * deep;
      c += flat * flat;
    }
    const double square = b * b - 4 * a * c;
    if (square < 0) return false;
    const double depth = (-b + std::sqrt(square)) / (2 * a);
    Vec3 there;
    double facing = 0;
    for (size_t k = 0; k < 3; ++k) {
      const double part = view.x * axes[k].x + view.y * axes[k].y + depth * axes[k].z;
      const Vec3 other = axis(to_stage_.head, units[k]);
      there = there + other * part;
      facing += other.z * part / (radii[k] * radii[k]);
    }
    if (facing < 0) return false;
    const Vec3 origin = to_stage_.head.turned(shell.centre);
    q = {(origin.x + there.x) * frame_.scale + frame_.x, (origin.y + there.y) * frame_.scale + frame_.y};
    return true;
  }

  // Whether something else is seen where pixel `i` goes.
  bool hidden(size_t i, int partner) const {
    const int x = static_cast<int>(std::floor(double(i % size_t(frame_.width)) + 0.5 + result_.dx[i]));
    const int y = static_cast<int>(std::floor(double(i / size_t(frame_.width)) + 0.5 + result_.dy[i]));
    if (x < 0 || y < 0 || x >= frame_.width || y >= frame_.height) return true;
    // A pixel around for the rounding of edges and the lines that lie on them.
    for (int v = std::max(0, y - 1); v <= std::min(frame_.height - 1, y + 1); ++v)
      for (int u = std::max(0, x - 1); u <= std::min(frame_.width - 1, x + 1); ++u)
        if (to_ids_[size_t(v) * size_t(frame_.width) + size_t(u)] == static_cast<uint32_t>(partner) + 1)
          return false;
    return true;
  }

  // Lets motion grow into open pixels, first from their own part, then from any.
  void spread(const std::vector<uint8_t>& open) {
    std::vector<size_t> waiting;
    for (size_t i = 0; i < open.size(); ++i)
      if (open[i]) waiting.push_back(i);
    for (const bool same : {true, false}) {
      for (bool grew = true; grew && !waiting.empty();) {
        std::vector<size_t> rest;
        std::vector<std::tuple<size_t, float, float>> found;
        for (const size_t i : waiting) {
          const size_t from = neighbour(i, same);
          if (from == i)
            rest.push_back(i);
          else
            found.emplace_back(i, result_.dx[from], result_.dy[from]);
        }
        for (const auto& [i, dx, dy] : found) {
          result_.dx[i] = dx;
          result_.dy[i] = dy;
        }
        grew = !found.empty();
        waiting = std::move(rest);
      }
    }
  }

  size_t neighbour(size_t i, bool same_part) const {
    const auto width = static_cast<size_t>(frame_.width);
    const std::array<std::pair<bool, size_t>, 4> around = {{{i % width > 0, i - 1},
                                                            {i % width + 1 < width, i + 1},
                                                            {i >= width, i - width},
                                                            {i + width < from_ids_.size(), i + width}}};
    for (const auto& [inside, j] : around) {
      if (!inside || from_ids_[j] == 0 || result_.dx[j] == kUnknownFlow) continue;
      if (!same_part || from_.shapes[from_ids_[j] - 1].part == from_.shapes[from_ids_[i] - 1].part) return j;
    }
    return i;
  }

  Frame frame_;
  Drawing from_, to_;
  Stage from_stage_, to_stage_;
  std::vector<uint32_t> from_ids_, to_ids_;
  std::vector<int> partner_;  // For each shape of `from` its index in `to`, or -1.
  std::map<size_t, std::vector<Piece>> polygons_;
  Flow result_;
};

}  // namespace

Flow flow_between(const Character& from, const Character& to, const Frame& frame) {
  return Mover(from, to, frame).flow();
}

}  // namespace sakuga::rig
