#include "sakuga/rig/hair.h"

#include <algorithm>
#include <cmath>

namespace sakuga::rig {
namespace {

constexpr size_t kSamples = 11;
constexpr double kDegree = kPi / 180;

// How wide a lock is along its length, 1 at the widest.
double profile(double t, bool blunt) {
  const double root = smoothstep(-0.04, 0.46, t);
  if (blunt) return root * (1 - 0.12 * smoothstep(0.8, 1, t));
  const double x = std::max(0.0, (t - 0.42) / 0.58);
  return root * (1 - std::pow(x, 1.7));
}

struct Placer {
  const Shell& shell;
  const Head& head;

  // The place on or below the shell after `s` units from the root, `t` of the whole.
  Vec3 place(const LockPlan& plan, double t, double& angle) const {
    const double top = plan.rise * kDegree;
    const double low = std::asin(std::clamp((shell.centre.y - plan.end) / shell.radius.y, 0.0, 0.99));
    const double on_shell = shell.radius.y * std::max(0.0, top - low);
    const double below = std::max(0.0, plan.end - shell.centre.y), s = t * (on_shell + below);
    double y = 0, reach = 1;
    if (s <= on_shell) {
      const double elevation = top - s / shell.radius.y;
      y = shell.centre.y - shell.radius.y * std::sin(elevation);
      reach = std::cos(elevation);
    } else {
      y = shell.centre.y + s - on_shell;
      reach = 1 - 0.05 * smoothstep(0, 1, y - shell.centre.y);
    }
    const double ripple = plan.wave * 5 * std::sin(5.5 * y + plan.phase) * smoothstep(0.2, 1.2, y);
    angle = lerp(plan.root, plan.tip, std::pow(t, 1.15)) + plan.bend * std::sin(kPi * t) + ripple;
    reach += plan.lift * t * t * t;
    const double a = angle * kDegree;
    return {shell.centre.x + shell.radius.x * reach * std::sin(a), y,
            shell.centre.z + shell.radius.z * reach * std::cos(a)};
  }

  Vec3 on_picture(const LockPlan& plan, Vec3 point) const {
    const double fall = std::max(0.0, point.y - plan.hang);
    Vec3 view = head.turned({point.x, point.y - fall, point.z});
    view.y += fall;
    return view;
  }

  Lock lock(const LockPlan& plan) const;
};

Lock Placer::lock(const LockPlan& plan) const {
  Lock lock;
  std::vector<double> widths;
  for (size_t i = 0; i < kSamples; ++i) {
    const double t = double(i) / double(kSamples - 1);
    double angle = 0;
    const Vec3 view = on_picture(plan, place(plan, t, angle));
    const double facing = std::cos(angle * kDegree + head.yaw());
    if (i == kSamples * 6 / 10) lock.facing = facing;
    lock.spine.push_back({view.x, view.y});
    widths.push_back(plan.width * profile(t, plan.blunt) * lerp(0.32, 1, std::abs(facing)));
  }
  for (size_t i = 0; i < kSamples; ++i) {
    const Vec2 along = lock.spine[std::min(i + 1, kSamples - 1)] - lock.spine[i == 0 ? 0 : i - 1];
    const Vec2 side = normal(along) * widths[i];
    lock.left.push_back(lock.spine[i] + side);
    lock.right.push_back(lock.spine[i] - side);
  }
  std::vector<Vec2> ring = lock.left;
  ring.insert(ring.end(), lock.right.rbegin(), lock.right.rend());
  const std::array<size_t, 4> corners = {0, kSamples - 1, kSamples, 2 * kSamples - 1};
  lock.shape = {closed_curve(ring, corners)};
  return lock;
}

// The outline of a turned ellipsoid is an ellipse: its support points.
struct Dome {
  Vec2 middle;
  std::array<Vec2, 3> axes;

  Dome(const Shell& shell, const Head& head) : middle(head.at(shell.centre)) {
    const auto axis = [&](Vec3 along) { return head.at(shell.centre + along) - middle; };
    axes = {axis({shell.radius.x, 0, 0}), axis({0, shell.radius.y, 0}), axis({0, 0, shell.radius.z})};
  }
  Vec2 at(double angle) const {
    const Vec2 d = {std::cos(angle), std::sin(angle)};
    Vec2 sum;
    double square = 0;
    for (const Vec2 a : axes) {
      const double dot = a.x * d.x + a.y * d.y;
      sum = sum + a * dot;
      square += dot * dot;
    }
    return middle + sum * (1 / std::sqrt(square));
  }
};

// The cap: over the top along the shell's outline, back along the hairline.
Path cap_of(const Shell& shell, const Head& head) {
  std::vector<Vec2> ring;
  for (int i = 0; i <= 24; ++i) {
    const double azimuth = 90 - 7.5 * i, angle = azimuth - head.yaw() / kDegree;
    const double y = hairline(angle), level = std::clamp((y - shell.centre.y) / shell.radius.y, -0.98, 0.98);
    const double reach = std::sqrt(1 - level * level), a = angle * kDegree;
    ring.push_back(head.at({shell.centre.x + shell.radius.x * reach * std::sin(a), y,
                            shell.centre.z + shell.radius.z * reach * std::cos(a)}));
  }
  const Dome dome(shell, head);
  const Vec2 from = ring.back() - dome.middle, to = ring.front() - dome.middle;
  double start = std::atan2(from.y, from.x), end = std::atan2(to.y, to.x);
  if (start < 0) start += 2 * kPi;
  while (end <= start) end += 2 * kPi;
  for (int i = 1; i < 20; ++i) ring.push_back(dome.at(lerp(start, end, i / 20.0)));
  const std::array<size_t, 2> corners = {0, 24};
  return {closed_curve(ring, corners)};
}

}  // namespace

Vec3 Shell::at(double angle, double y) const {
  const double level = std::clamp((y - centre.y) / radius.y, -0.999, 0.0);
  const double reach = std::sqrt(1 - level * level), a = angle * kDegree;
  return {centre.x + radius.x * reach * std::sin(a), y, centre.z + radius.z * reach * std::cos(a)};
}

Shell shell_of(const Design& design) {
  const double v = design.hair_volume;
  return {.centre = {0, -0.05, -0.07}, .radius = {1.04 * v, 1.09 * v, 1.08 * v}};
}

double hairline(double angle) {
  static constexpr std::array<Vec2, 8> keys = {
      {{0, -.56}, {28, -.53}, {50, -.38}, {66, -.05}, {78, .18}, {95, .42}, {130, .66}, {180, .76}}};
  double a = std::fmod(std::abs(angle), 360.0);
  if (a > 180) a = 360 - a;
  return keyed(keys, a);
}

Hair place_hair(const Design& design, const Head& head) {
  Hair hair;
  hair.shell = shell_of(design);
  const HairPlan plan = hair_plan(design);
  const Placer placer = {hair.shell, head};
  int count = 0;
  const auto add = [&](std::vector<Lock>& group, const LockPlan& one) {
    group.push_back(placer.lock(one));
    group.back().id = count++;
  };
  for (const LockPlan& one : plan.back) add(hair.back, one);
  for (const LockPlan& one : plan.sides) add(hair.sides, one);
  for (const LockPlan& one : plan.fringe) add(hair.fringe, one);
  hair.cap = cap_of(hair.shell, head);
  const Dome dome(hair.shell, head);
  std::vector<Vec2> ring;
  for (int i = 0; i < 24; ++i) ring.push_back(dome.at(2 * kPi * i / 24));
  hair.dome = {closed_curve(ring)};
  append(hair.casting, hair.cap);
  for (const Lock& lock : hair.fringe)
    if (lock.facing > 0) append(hair.casting, lock.shape);
  for (const Lock& lock : hair.sides)
    if (lock.facing > 0) append(hair.casting, lock.shape);
  return hair;
}

}  // namespace sakuga::rig
