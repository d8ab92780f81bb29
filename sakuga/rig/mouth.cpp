#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

// The mouth lies on the front of the jaw: u along the lips from -1 to 1, v down.
struct MouthFrame {
  const Stage& stage;
  double half, y;

  Vec2 operator()(double u, double v) const {
    const double x = u * half;
    return stage.head.at({x, y + v, 0.80 - 0.85 * x * x - 0.10 * std::max(0.0, v)});
  }
};

struct MouthCurves {
  std::vector<Vec2> upper, lower;
};

MouthCurves curves_of(const MouthFrame& frame, const Expression& e) {
  MouthCurves curves;
  const double lift = 0.075 * e.smile, open = e.mouth_open;
  const double drop = open * lerp(0.30, 0.34, e.mouth_round);
  for (int i = 0; i <= 10; ++i) {
    const double u = -1 + 0.2 * i, bow = 1 - u * u;
    // A smile lifts the corners; lips dip a little in the middle.
    const double line = -lift * (0.5 - bow) * 1.3 + 0.004 * std::cos(2 * kPi * u) * (1 - open);
    const double round = e.mouth_round * open;
    const double up = line - open * lerp(0.02, 0.07, e.mouth_round) * bow - round * 0.02;
    const double sharp = std::sqrt(std::max(0.0, 1 - std::pow(std::abs(u), lerp(2.4, 2.0, e.mouth_round))));
    curves.upper.push_back(frame(u, lerp(up, line - 0.10 * sharp * open, round)));
    curves.lower.push_back(
        frame(u, line + drop * lerp(bow * (1 + 0.25 * (1 - bow)), sharp, 0.5 + 0.5 * round) * 0.9));
  }
  return curves;
}

void draw_open(Stage& stage, const MouthFrame& frame, const MouthCurves& curves) {
  const Expression& e = stage.character.expression;
  Drawing& out = stage.drawing;
  std::vector<Vec2> ring = curves.upper;
  for (size_t i = curves.lower.size() - 1; i-- > 1;) ring.push_back(curves.lower[i]);
  const std::array<size_t, 2> corners = {0, 10};
  const Path hole = {closed_curve(ring, corners)};
  out.add(Part::Mouth, Role::Fill, hole, {.from = stage.palette.mouth}, stage.face_clip);
  const int inside = out.add_clip(hole);
  const double drop = 0.30 * e.mouth_open;
  std::vector<Vec2> tongue;
  for (int i = 0; i < 10; ++i) {
    const double angle = 2 * kPi * i / 10;
    tongue.push_back(frame(0.62 * std::cos(angle), drop * 0.98 + 0.42 * drop * std::sin(angle)));
  }
  out.add(Part::Mouth, Role::Fill, {closed_curve(tongue)}, {.from = stage.palette.tongue}, inside);
  const double teeth = e.teeth * smoothstep(0.1, 0.35, e.mouth_open);
  if (teeth > 0) {
    std::vector<Vec2> row = curves.upper;
    for (size_t i = curves.upper.size(); i-- > 0;)
      row.push_back(lerp(curves.upper[i], curves.lower[i], 0.26));
    out.add(Part::Mouth, Role::Highlight, {polygon(row)}, {.from = with_alpha(stage.palette.white, teeth)},
            inside);
  }
  const Colour ink = stage.palette.lip;
  out.line(Part::Mouth, {pen(curves.lower, stage.line * 0.95, 0.25, 0.25)}, ink, stage.face_clip);
}

MouthFrame frame_of(const Stage& stage) {
  const Expression& e = stage.character.expression;
  const Design& d = stage.character.design;
  const double narrow = lerp(1, 0.62, e.mouth_round);
  const double half = 0.155 * (1 + 0.45 * e.mouth_width + 0.25 * std::max(0.0, e.smile)) * narrow *
                      (d.sex == "boy" ? 1.12 : 1) * lerp(0.95, 1.1, d.age);
  return {stage, half, 0.795 * lerp(0.98, 1.03, d.chin)};
}

}  // namespace

std::array<Vec2, 4> mouth_points(const Stage& stage) {
  const MouthCurves curves = curves_of(frame_of(stage), stage.character.expression);
  return {curves.upper.front(), curves.upper[5], curves.upper.back(), curves.lower[5]};
}

void draw_mouth(Stage& stage) {
  if (stage.head.facing() <= 0) return;
  const Expression& e = stage.character.expression;
  const MouthFrame frame = frame_of(stage);
  const MouthCurves curves = curves_of(frame, e);
  stage.drawing.begin(1);
  if (e.mouth_open > 0.01) draw_open(stage, frame, curves);
  stage.drawing.line(Part::Mouth, {pen(curves.upper, stage.line * 1.15, 0.3, 0.3)}, stage.palette.lip,
                     stage.face_clip);
  // The lower lip, hinted at.
  const double hint = (1 - smoothstep(0, 0.15, e.mouth_open)) * (0.3 + 0.4 * stage.character.design.age);
  const std::array<Vec2, 3> lip = {frame(-0.3, 0.085), frame(0, 0.092), frame(0.3, 0.085)};
  stage.drawing.line(Part::Mouth, {pen(sample_curve(lip, 6), stage.line * 0.7)},
                     with_alpha(stage.palette.skin.deep, hint), stage.face_clip);
}

}  // namespace sakuga::rig
