// Neck, shoulders and the trunk's garment.
#include "sakuga/rig/body.h"

#include <algorithm>
#include <cmath>

namespace sakuga::rig {

Trunk::Trunk(const Stage& stage) : head(stage.head) {
  const Design& d = stage.character.design;
  const bool boy = d.sex == "boy";
  neck = lerp(0.25, boy ? 0.42 : 0.30, d.age);
  shoulder = lerp(1.15, boy ? 1.75 : 1.38, d.age);
}

Vec3 Trunk::point(double angle, double level) const {
  // Level 0 is the neck's foot, 1 the shoulders' height, 2 the chest below.
  static constexpr std::array<Vec2, 5> wide = {{{0, 0}, {0.35, .30}, {0.75, .80}, {1, 1}, {2.5, 1.06}}};
  static constexpr std::array<Vec2, 5> deep = {{{0, 0}, {0.35, .25}, {0.75, .62}, {1, .80}, {2.5, 1.1}}};
  const double x = lerp(neck + 0.02, shoulder, keyed(wide, level)), z = lerp(neck, 0.62, keyed(deep, level));
  const double a = angle * kPi / 180, front = std::cos(a);
  const double drop = 0.10 * std::max(0.0, front) * (1 - smoothstep(0.3, 1.0, level));
  return {x * std::sin(a), kNeckFoot + drop + level * 0.62, -0.14 + z * front};
}

Vec2 Trunk::at(double angle, double level) const {
  return head.body_at(point(angle, level));
}

double Trunk::azimuth(double angle) const {
  const Vec3 front = head.body_turned({0, 0, 1});
  return std::remainder(angle + std::atan2(front.x, front.z) * 180 / kPi, 360.0);
}

std::vector<Vec2> Trunk::ring(double level, double from, double to, size_t count) const {
  std::vector<Vec2> points;
  for (size_t i = 0; i < count; ++i)
    points.push_back(at(lerp(from, to, double(i) / double(count - 1)), level));
  return points;
}

std::vector<Vec2> Trunk::outline(double from) const {
  std::vector<Vec2> left, right;
  for (int i = 0; i <= 9; ++i) {
    const double level = i == 9 ? 6.0 : lerp(from, 1.6, i / 8.0);
    const Vec3 across = head.body_turned({point(90, level).x, 0, 0});
    const Vec3 along = head.body_turned({0, 0, point(0, level).z + 0.14});
    const double half = std::hypot(across.x, along.x);
    const Vec2 middle = head.body_at({0, point(90, level).y, -0.14});
    left.push_back(middle - Vec2{half, 0});
    right.push_back(middle + Vec2{half, 0});
  }
  left.insert(left.end(), right.rbegin(), right.rend());
  return left;
}

namespace {

Path closed_trunk(const std::vector<Vec2>& outline) {
  return {closed_curve(outline, std::array<size_t, 4>{0, 9, 10, 19})};
}

void draw_collar_bones(Stage& stage, const Trunk& trunk) {
  for (const double side : {-1.0, 1.0}) {
    const double away = std::abs(trunk.azimuth(side * 30));
    const double seen = 1 - smoothstep(50, 85, away);
    if (seen <= 0) continue;
    const std::array<Vec2, 3> bone = {trunk.at(side * 12, 0.42), trunk.at(side * 30, 0.36),
                                      trunk.at(side * 52, 0.42)};
    stage.drawing.line(Part::Neck, {pen(sample_curve(bone, 8), stage.line * 0.8, 0.2, 0.8)},
                       with_alpha(stage.palette.skin.line, 0.7 * seen));
  }
}

}  // namespace

void draw_neck(Stage& stage) {
  stage.drawing.begin(1);
  const Trunk trunk(stage);
  const Head& head = stage.head;
  Drawing& out = stage.drawing;
  const double half = trunk.neck;
  const Vec2 top = head.at({0, 0.60, -0.24}), foot = head.body_at({0, kNeckFoot + 0.02, -0.14});
  const std::array<Vec2, 8> ring = {top + Vec2{-half, 0},
                                    lerp(top, foot, 0.6) + Vec2{-half * .93, 0},
                                    foot + Vec2{-half * 1.08, -.05},
                                    foot + Vec2{-half * 1.12, .14},
                                    foot + Vec2{half * 1.12, .14},
                                    foot + Vec2{half * 1.08, -.05},
                                    lerp(top, foot, 0.6) + Vec2{half * .93, 0},
                                    top + Vec2{half, 0}};
  const Path neck = {closed_curve(ring, std::array<size_t, 2>{3, 4})};
  const Path bust = closed_trunk(trunk.outline(0));
  Path skin = bust;
  append(skin, neck);
  out.outline(Part::Neck, skin, stage.palette.skin.line, stage.line);
  out.fill(Part::Neck, skin, stage.palette.skin.base);
  if (stage.character.era.tones > 0) {  // The chin's shadow.
    const int clip = out.add_clip(neck);
    out.shadow(Part::Neck, moved(head.face(), {-0.10 * stage.light.x, 0.25}), stage.palette.skin.shade, clip);
    if (stage.character.era.tones > 1)
      out.shadow(Part::Neck, moved(head.face(), {-0.05 * stage.light.x, 0.10}), stage.palette.skin.deep,
                 clip);
  }
  draw_collar_bones(stage, trunk);
}

}  // namespace sakuga::rig
