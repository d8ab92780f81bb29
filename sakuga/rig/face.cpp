// The face's skin with its shadows, blush and marks; ears, nose, brows and tears.
#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

// A ring around the middle of a cheek that lies flat on it.
Contour cheek_oval(const Stage& stage, int side, Vec3 middle, double rx, double ry) {
  std::vector<Vec2> ring;
  for (int i = 0; i < 12; ++i) {
    const double angle = 2 * kPi * i / 12, x = rx * std::cos(angle);
    ring.push_back(stage.head.at(
        {side * (middle.x + x), middle.y + ry * std::sin(angle), middle.z - 0.45 * x - 0.5 * x * x}));
  }
  return closed_curve(ring);
}

void draw_blush(Stage& stage, int side) {
  const double turned = std::cos(stage.head.yaw() + side * 40 * kPi / 180);
  const double amount = stage.character.expression.blush * smoothstep(0.05, 0.45, turned);
  if (amount <= 0) return;
  const Vec3 middle = {side * 0.50, 0.60, 0.60};
  const Colour colour = stage.palette.blush;
  const Vec2 centre = stage.head.at(middle), rim = stage.head.at({middle.x + 0.30, middle.y, middle.z - 0.1});
  const double wide = std::max(0.05, length({rim.x - centre.x, 0}));
  stage.drawing.add(Part::Face, Role::Shadow,
                    {cheek_oval(stage, side, {0.50, middle.y, middle.z}, 0.32, 0.19)},
                    {.from = with_alpha(colour, 0.55 * amount),
                     .to = with_alpha(colour, 0),
                     .start = centre,
                     .end = centre + Vec2{wide, 0},
                     .blend = Blend::Radial,
                     .squash = 0.17 / wide},
                    stage.face_clip);
  const double strokes = smoothstep(0.6, 0.9, amount);
  for (int i = -1; i <= 1 && strokes > 0; ++i) {
    const double x = side * middle.x + 0.10 * i;
    const std::array<Vec2, 3> line = {stage.head.at({side * (x + 0.03), 0.55, middle.z - 0.04 * i}),
                                      stage.head.at({side * x, 0.60, middle.z - 0.04 * i}),
                                      stage.head.at({side * (x - 0.03), 0.65, middle.z - 0.04 * i})};
    stage.drawing.line(Part::Face, {pen(line, stage.line * 0.8)}, with_alpha(colour, 0.8 * strokes),
                       stage.face_clip);
  }
}

void draw_marks(Stage& stage) {
  const Design& d = stage.character.design;
  if (d.freckles) {
    for (const int side : {-1, 1}) {
      if (std::cos(stage.head.yaw() + side * 40 * kPi / 180) < 0.1) continue;
      for (const Vec2 p : {Vec2{.26, .50}, Vec2{.36, .54}, Vec2{.44, .49}, Vec2{.33, .60}, Vec2{.18, .55}}) {
        const Vec2 at = stage.head.at({side * p.x, p.y, 0.74 - 0.3 * p.x});
        stage.drawing.shadow(Part::Face, {ellipse(at, 0.014, 0.012)},
                             with_alpha(stage.palette.skin.line, 0.5), stage.face_clip);
      }
    }
  }
  if (d.mole) {
    const Vec2 at = stage.head.at({0.40, 0.585, 0.63});
    stage.drawing.line(Part::Face, {ellipse(at, 0.016, 0.016)}, stage.palette.lash, stage.face_clip);
  }
}

// What the face's side away from the light keeps in shadow: the face less a copy moved to the light.
void draw_side_shadow(Stage& stage) {
  const auto& outline = stage.head.outline();
  const double depth = 0.05 + 0.06 * std::abs(stage.light.x);
  std::vector<Vec2> lit;
  for (const Vec2 point : outline) lit.push_back(point + Vec2{stage.light.x * depth, -0.012});
  Path shadow = {closed_curve(outline)};
  Contour hole = closed_curve(lit);
  std::ranges::reverse(hole);
  shadow.push_back(hole);
  stage.drawing.shadow(Part::Face, shadow, stage.palette.skin.shade, stage.face_clip);
}

}  // namespace

void draw_face(Stage& stage) {
  stage.drawing.begin(1);
  Drawing& out = stage.drawing;
  const Path face = stage.head.face();
  stage.face_clip = out.add_clip(face);
  out.outline(Part::Face, face, stage.palette.skin.line, stage.line);
  out.fill(Part::Face, face, stage.palette.skin.base);
  draw_side_shadow(stage);
  // The fringe's cast shadow, away from the light.
  const Vec2 cast = {-0.07 * stage.light.x, 0.085};
  if (stage.character.era.tones > 0)
    out.shadow(Part::Face, moved(stage.hair.casting, cast), stage.palette.skin.shade, stage.face_clip);
  for (const int side : {-1, 1}) draw_blush(stage, side);
  draw_marks(stage);
}

void draw_ear(Stage& stage, int side) {
  stage.drawing.begin(1);
  const double away = side * std::sin(stage.head.yaw());  // 1: the ear has turned behind the head.
  const double seen = 1 - smoothstep(0.25, 0.55, away);
  if (seen <= 0) return;
  const bool pointed = stage.character.design.ear == "pointed";
  const Part part = side > 0 ? Part::EarL : Part::EarR;
  // Around the ear from its upper root, on a plane that stands off the head.
  const std::array<Vec2, 9> rim = {{{0, -.12},
                                    {.05, -.2},
                                    {.13, -.22},
                                    {.19, -.12},
                                    {.18, .02},
                                    {.13, .12},
                                    {.09, .21},
                                    {.03, .25},
                                    {0, .2}}};
  std::vector<Vec2> ring, inner;
  for (size_t i = 0; i < rim.size(); ++i) {
    const Vec2 p = pointed && i == 2 ? Vec2{.42, -.34} : pointed && i == 3 ? Vec2{.30, -.14} : rim[i];
    ring.push_back(stage.head.at({side * (0.86 + 0.55 * p.x), 0.33 + p.y, -0.02 - 0.85 * p.x}));
    inner.push_back(stage.head.at({side * (0.865 + 0.32 * p.x), 0.33 + 0.6 * p.y, -0.05 - 0.5 * p.x}));
  }
  const Path shape = {closed_curve(ring)};
  const auto open_rim = std::span(ring).subspan(0, ring.size());
  stage.drawing.fill(part, shape, stage.palette.skin.base);
  const int clip = stage.drawing.add_clip(shape);
  stage.drawing.shadow(part, {closed_curve(inner)}, stage.palette.skin.shade, clip);
  stage.drawing.line(part, {pen(sample_curve(open_rim, 18), stage.line * 1.1, 0.15, 0.3)},
                     stage.palette.skin.line);
  stage.drawing.line(part, {pen(sub_curve(inner, 0.1, 0.6, 8), stage.line * 0.8)}, stage.palette.skin.line);
}

void draw_nose(Stage& stage) {
  stage.drawing.begin(1);
  const Head& head = stage.head;
  const Design& d = stage.character.design;
  const double degrees = std::abs(head.yaw()) * 180 / kPi;
  const double fade = 1 - smoothstep(62, 82, degrees);  // In profile the outline is the nose.
  if (fade <= 0) return;
  const double y = lerp(0.565, 0.575, d.age) * lerp(0.98, 1.03, d.chin);
  const Vec3 tip = {0, y, 0.93};
  const double w = stage.line, turn = std::sin(head.yaw());
  const Colour ink = with_alpha(stage.palette.skin.line, fade);
  if (d.nose == "shadow" || d.nose == "line") {
    const double away = stage.light.x > 0 ? -1 : 1;
    const std::array<Vec2, 3> wedge = {head.at({away * 0.01, y - 0.04, 0.92}),
                                       head.at({away * 0.055, y + 0.045, 0.86}),
                                       head.at({-away * 0.015, y + 0.035, 0.89})};
    stage.drawing.shadow(Part::Nose, {closed_curve(wedge, std::array<size_t, 2>{0, 1})},
                         with_alpha(stage.palette.skin.deep, fade * 0.85), stage.face_clip);
  }
  if (d.nose == "dot") {
    stage.drawing.line(Part::Nose, {ellipse(head.at(tip), w * 0.75, w * 0.62)}, ink, stage.face_clip);
    return;
  }
  // The tip's corner, and in turned views the ridge above it.
  const double ridge =
      lerp(0.035, d.sex == "boy" || d.age > 0.6 ? 0.22 : 0.09, smoothstep(0.15, 0.7, std::abs(turn)));
  const std::array<Vec2, 4> line = {head.at({0, y - ridge, 0.86}), head.at({0, y - 0.3 * ridge, 0.91}),
                                    head.at(tip), head.at({-0.015 * (turn >= 0 ? 1 : -1), y + 0.03, 0.87})};
  stage.drawing.line(Part::Nose, {pen(sample_curve(line, 10), w * 1.05, 0.7, 0.35)}, ink, stage.face_clip);
}

std::vector<Vec2> brow_curve(const Stage& stage, int side) {
  const Design& d = stage.character.design;
  const Expression& e = stage.character.expression;
  const EyePlace eye = eye_place(stage, side);
  const bool angled = d.brow_shape == "angled";
  const double arch = angled ? 0.03 : d.brow_shape == "round" ? 0.075 : 0.055;
  const double base = -0.165 - 0.05 * e.brow_raise + (d.sex == "boy" ? 0.05 : 0);
  const double squeeze = eye.half_width / (0.272 * d.eye_size);
  const double half = 0.235 * std::min(1.05, squeeze / 0.98);
  const double slant = (0.07 * e.brow_tilt + (angled ? -0.045 : 0.0)) * std::min(1.0, squeeze);
  const Vec2 anchor = stage.head.at({side * 0.40 * d.eye_spacing, base, 0.72});
  std::vector<Vec2> points;
  for (const double u : {-1.0, -0.5, 0.0, 0.5, 1.0}) {
    const double peak = angled ? 0.06 * std::max(0.0, 1 - std::abs(u - 0.35) / 0.7) : 0;
    const Vec2 p = {side * u * half, arch * (0.8 * (u - 0.15) * (u - 0.15) - 0.4) + slant * u - peak};
    points.push_back(anchor + stage.head.rolled(p));
  }
  return sample_curve(points, 14);
}

void draw_brow(Stage& stage, int side) {
  stage.drawing.begin(1);
  const EyePlace eye = eye_place(stage, side);
  if (eye.seen <= 0) return;
  const std::string& shape = stage.character.design.brow_shape;
  const double width = stage.line * (shape == "thick" ? 2.6 : shape == "round" ? 2.2 : 1.5);
  const Colour ink = mix(stage.palette.hair.line, stage.palette.lash, 0.35);
  const auto half_width = [&](double t) {
    return 0.5 * width * std::sqrt(std::min(1.0, 0.35 + 4 * t)) * std::pow(1 - t, 0.6) + 0.002;
  };
  stage.drawing.line(side > 0 ? Part::BrowL : Part::BrowR, {brush(brow_curve(stage, side), half_width)},
                     with_alpha(ink, eye.seen * 0.9), stage.face_clip);
}

void draw_tears(Stage& stage) {
  const double amount = stage.character.expression.tears;
  if (amount <= 0) return;
  const Colour water = {0.72, 0.88, 1.0, 0.75}, edge = {0.45, 0.65, 0.9, 0.8};
  for (const int side : {-1, 1}) {
    const EyePlace eye = eye_place(stage, side);
    if (eye.seen < 0.5) continue;
    const auto at = [&](double u, double v) {
      return eye.centre + stage.head.rolled({side * u * eye.half_width, v * eye.half_height});
    };
    const Path pool = {
        closed_curve(std::vector<Vec2>{at(-.7, .62), at(0, .78), at(.75, .58), at(.5, .92), at(-.4, .95)})};
    stage.drawing.add(Part::Tears, Role::Highlight, pool, {.from = water}, stage.face_clip);
    const double fall = 0.9 + 1.3 * amount;
    const std::array<Vec2, 6> drop = {at(.45, .85),  at(.62, lerp(.85, fall, .5)),
                                      at(.66, fall), at(.52, fall + .18),
                                      at(.36, fall), at(.38, lerp(.85, fall, .5))};
    stage.drawing.add(Part::Tears, Role::Highlight, {closed_curve(drop)}, {.from = water}, stage.face_clip);
    stage.drawing.line(Part::Tears, {pen(sample_curve(std::span(drop).subspan(1, 4), 8), stage.line * 0.6)},
                       edge, stage.face_clip);
  }
}

}  // namespace sakuga::rig
