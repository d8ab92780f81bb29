// Ribbons, clips, earrings and glasses.
#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

// A bow at a place of the head; it narrows as it turns away. Its front pass fades where it goes behind the
// hair, which then hides the rear pass.
void draw_bow(Stage& stage, bool front, Vec3 place, double size, double lean) {
  stage.drawing.begin((front ? 20 : 22) + (place.x > 0));
  const Vec3 view = stage.head.turned(place);
  const double reach = std::hypot(place.x, place.y, place.z);
  const double seen = front ? smoothstep(-0.20, -0.08, view.z / reach) : 1;
  if (seen <= 0) return;
  const double squeeze = lerp(0.65, 1, std::clamp(view.z / reach + 0.5, 0.0, 1.0));
  const Ink& ink = stage.palette.accent;
  const double c = std::cos(lean), s = std::sin(lean);
  const auto at = [&](double x, double y) {
    const Vec2 p = {x * size * squeeze, y * size};
    return Vec2{view.x, view.y} + stage.head.rolled({p.x * c - p.y * s, p.x * s + p.y * c});
  };
  Drawing& out = stage.drawing;
  const auto piece = [&](std::vector<Vec2> points, std::span<const size_t> corners, bool dark) {
    const Path shape = {closed_curve(points, corners)};
    out.outline(Part::Ribbon, shape, with_alpha(ink.line, seen), stage.line);
    out.fill(Part::Ribbon, shape, with_alpha(dark ? ink.shade : ink.base, seen));
    return shape;
  };
  for (const double side : {-1.0, 1.0}) {
    piece({at(side * .05, .05), at(side * .34, .35), at(side * .52, .85), at(side * .30, .75),
           at(side * .14, .95), at(side * .02, .3)},
          std::array<size_t, 4>{0, 2, 3, 4}, true);
    const Path loop = piece(
        {at(0, 0), at(side * .55, -.42), at(side * .95, -.34), at(side * .98, .18), at(side * .55, .30)},
        std::array<size_t, 1>{0}, false);
    const int clip = out.add_clip(loop);
    out.shadow(Part::Ribbon,
               {closed_curve(std::vector<Vec2>{at(0, 0), at(side * .5, .02), at(side * .95, .14),
                                               at(side * .7, .36), at(side * .3, .3)},
                             std::array<size_t, 1>{0})},
               with_alpha(ink.shade, seen), clip);
    out.line(Part::Ribbon,
             {pen(std::vector<Vec2>{at(side * .1, -.02), at(side * .3, -.10), at(side * .5, -.08)},
                  stage.line, 0.1, 0.8)},
             with_alpha(ink.line, seen));
  }
  piece({at(-.14, -.15), at(.14, -.15), at(.16, .12), at(-.16, .12)}, {}, false);
}

// A band over the head from ear to ear; of it, what lies on the near side of the head.
void draw_band(Stage& stage) {
  const Shell& shell = stage.hair.shell;
  const Ink& ink = stage.palette.accent;
  std::vector<Vec2> front, rear;
  for (int i = 0; i <= 40; ++i) {
    const double a = lerp(-96, 96, i / 40.0) * kPi / 180;  // 0 at the top.
    const auto at = [&](double depth) {
      const double level = std::sqrt(1 - depth * depth);
      return stage.head.turned({shell.radius.x * 1.012 * std::sin(a) * level,
                                shell.centre.y - shell.radius.y * 1.012 * std::cos(a) * level,
                                shell.centre.z + shell.radius.z * depth * 1.012});
    };
    const Vec3 f = at(0.44), r = at(0.27), middle = stage.head.turned(shell.centre);
    if (f.z - middle.z < 0.02) continue;
    front.push_back({f.x, f.y});
    rear.push_back({r.x, r.y});
  }
  if (front.size() < 3) return;
  const size_t n = front.size();
  std::vector<Vec2> ring = front;
  ring.insert(ring.end(), rear.rbegin(), rear.rend());
  const Path band = {closed_curve(ring, std::array<size_t, 4>{0, n - 1, n, 2 * n - 1})};
  stage.drawing.outline(Part::Ribbon, band, ink.line, stage.line);
  stage.drawing.fill(Part::Ribbon, band, ink.base);
}

}  // namespace

void draw_ribbon(Stage& stage, bool front) {
  const std::string& style = stage.character.design.ribbon;
  if (style == "none") return;
  const auto anchors = tail_anchors(stage);
  const bool tied = !anchors.empty() && stage.character.design.tails != "buns";
  const bool hat = stage.character.design.hat != "none";
  if (style == "band" && !hat) {
    if (front) draw_band(stage);
  } else if (tied && style != "top")
    for (const Vec3 anchor : anchors) draw_bow(stage, front, anchor, 0.40, anchor.x > 0 ? 0.25 : -0.25);
  else if (hat) {  // Below the brim.
    draw_bow(stage, front, {-1.04, 0.02, 0.20}, 0.34, -0.3);
    if (style == "pair") draw_bow(stage, front, {1.04, 0.02, 0.20}, 0.34, 0.3);
  } else if (style == "pair") {
    draw_bow(stage, front, {-0.78, -0.72, 0.42}, 0.36, -0.5);
    draw_bow(stage, front, {0.78, -0.72, 0.42}, 0.36, 0.5);
  } else if (style == "side")
    draw_bow(stage, front, {-0.80, -0.66, 0.42}, 0.48, -0.55);
  else
    draw_bow(stage, front, {0.0, -1.06, 0.36}, 0.62, 0);
}

void draw_clip(Stage& stage) {
  if (!stage.character.design.hair_clip) return;
  const Shell& shell = stage.hair.shell;
  const Ink& ink = stage.palette.accent;
  for (const double shift : {0.0, 0.11}) {
    const Vec3 a = shell.at(46, -0.46 + shift), b = shell.at(64, -0.34 + shift);
    if (stage.head.turned(a).z < 0.1) return;
    const std::array<Vec2, 2> ends = {stage.head.at(a * 1.02), stage.head.at(b * 1.02)};
    const Path bar = {brush(sample_curve(ends, 4), [](double) { return 0.032; })};
    stage.drawing.outline(Part::Ribbon, bar, ink.line, stage.line * 0.9);
    stage.drawing.fill(Part::Ribbon, bar, ink.base);
  }
}

void draw_earrings(Stage& stage) {
  if (!stage.character.design.earrings) return;
  const Ink& ink = stage.palette.accent;
  for (const int side : {-1, 1}) {
    const double away = side * std::sin(stage.head.yaw());
    const double seen = 1 - smoothstep(0.25, 0.5, away);
    if (seen <= 0) continue;
    stage.drawing.begin(30 + side);
    const Vec2 lobe = stage.head.at({side * 0.90, 0.56, -0.06}) + Vec2{0, 0.06};
    const Path gem = {closed_curve(
        std::vector<Vec2>{lobe, lobe + Vec2{.055, .10}, lobe + Vec2{0, .17}, lobe + Vec2{-.055, .10}},
        std::array<size_t, 1>{0})};
    stage.drawing.outline(Part::Earrings, gem, with_alpha(ink.line, seen), stage.line * 0.8);
    stage.drawing.fill(Part::Earrings, gem, with_alpha(ink.base, seen));
    stage.drawing.highlight(Part::Earrings, {ellipse(lobe + Vec2{-.015, .09}, .014, .02)},
                            with_alpha({1, 1, 1}, seen));
  }
}

void draw_glasses(Stage& stage) {
  const std::string& style = stage.character.design.glasses;
  if (style == "none" || stage.head.facing() <= 0) return;
  const Colour frame = mix(stage.palette.accent.deep, {0.12, 0.10, 0.14}, 0.6);
  Drawing& out = stage.drawing;
  const bool round = style == "round";
  const double width = 0.335, height = round ? 0.29 : 0.235, y0 = 0.34, power = round ? 1.0 : 0.55;
  for (const int side : {-1, 1}) {
    // A lens stands on the nose's ridge and leans back at its outer end.
    std::vector<Vec2> ring, inner;
    for (int i = 0; i < 20; ++i) {
      const double angle = 2 * kPi * i / 20, c = std::cos(angle), s = std::sin(angle);
      const auto at = [&](double grow) {
        const double u = std::copysign(std::pow(std::abs(c), power), c) * width * grow;
        const double v = std::copysign(std::pow(std::abs(s), power), s) * height * grow;
        return stage.head.at({side * (0.42 + u), y0 + v, 0.93 - 0.35 * (u + width)});
      };
      ring.push_back(at(1));
      inner.push_back(at(0.925));
    }
    const double away = side * stage.head.yaw() * 180 / kPi, seen = 1 - smoothstep(72, 88, away);
    if (seen <= 0) continue;
    stage.drawing.begin(40 + side);
    Path rim = {closed_curve(ring)};
    out.highlight(Part::Eyewear, rim, {0.92, 0.97, 1, 0.16 * seen});
    const std::array<Vec2, 4> gleam = {lerp(ring[12], ring[2], 0.22), lerp(ring[13], ring[1], 0.30),
                                       lerp(ring[9], ring[5], 0.42), lerp(ring[8], ring[6], 0.30)};
    out.highlight(Part::Eyewear, {polygon(gleam)}, {1, 1, 1, 0.30 * seen}, out.add_clip(rim));
    if (style == "half") {
      out.line(Part::Eyewear, {pen(sub_curve(ring, 0.0, 0.53, 16), stage.line * 2.0, 0.2, 0.2)},
               with_alpha(frame, seen));
    } else {
      Contour hole = closed_curve(inner);
      std::ranges::reverse(hole);
      rim.push_back(hole);
      out.line(Part::Eyewear, rim, with_alpha(frame, seen));
    }
    const double temple = 1 - smoothstep(0, 0.5, away / 90);
    const std::array<Vec2, 3> arm = {stage.head.at({side * 0.755, 0.28, 0.70}),
                                     stage.head.at({side * 0.88, 0.26, 0.3}),
                                     stage.head.at({side * 0.93, 0.26, -0.1})};
    out.line(Part::Eyewear, {pen(sample_curve(arm, 8), stage.line * 1.7, 0, 0)},
             with_alpha(frame, seen * temple));
  }
  const std::array<Vec2, 3> bridge = {stage.head.at({-0.09, 0.31, 0.94}), stage.head.at({0, 0.275, 0.99}),
                                      stage.head.at({0.09, 0.31, 0.94})};
  out.line(Part::Eyewear, {pen(sample_curve(bridge, 8), stage.line * 1.6, 0, 0)},
           with_alpha(frame, 1 - smoothstep(70, 86, std::abs(stage.head.yaw()) * 180 / kPi)));
}

}  // namespace sakuga::rig
