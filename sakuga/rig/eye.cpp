#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

// The open upper lid from the inner corner (u = -1) to the outer (u = 1), v down, and the lower lid back.
struct LidShape {
  std::vector<Vec2> upper, lower;
  double height;
};

LidShape lid_shape(const std::string& name) {
  if (name == "almond")
    return {{{-1, .30}, {-.72, -.30}, {-.2, -.72}, {.32, -.78}, {.78, -.48}, {1.02, -.02}},
            {{.96, .16}, {.62, .66}, {.1, .84}, {-.45, .76}, {-.92, .44}},
            0.92};
  if (name == "sharp")
    return {{{-1, .42}, {-.70, -.10}, {-.2, -.54}, {.34, -.70}, {.82, -.58}, {1.1, -.28}},
            {{1.0, -.02}, {.66, .58}, {.1, .80}, {-.45, .76}, {-.94, .52}},
            0.84};
  if (name == "droopy")
    return {{{-1, .02}, {-.74, -.56}, {-.24, -.84}, {.30, -.76}, {.76, -.34}, {1.04, .24}},
            {{.94, .42}, {.58, .78}, {.05, .88}, {-.48, .74}, {-.92, .26}},
            0.92};
  if (name == "narrow")
    return {{{-1, .34}, {-.66, -.16}, {-.16, -.50}, {.36, -.54}, {.80, -.34}, {1.08, -.02}},
            {{.96, .14}, {.60, .54}, {.05, .68}, {-.48, .62}, {-.94, .44}},
            0.78};
  return {{{-1, .22}, {-.76, -.46}, {-.24, -.90}, {.32, -.90}, {.78, -.52}, {1.02, .08}},
          {{.94, .30}, {.62, .76}, {.1, .92}, {-.46, .80}, {-.90, .38}},
          1.0};
}

// Maps an eye's own coordinates to the picture.
struct EyeFrame {
  const Stage& stage;
  EyePlace place;
  int side;
  double tilt;

  Vec2 operator()(Vec2 p) const {
    const double u = p.x, v = p.y;
    const Vec2 offset = {side * u * place.half_width, v * place.half_height - tilt * u * place.half_width};
    return place.centre + stage.head.rolled(offset);
  }
  std::vector<Vec2> operator()(std::span<const Vec2> points) const {
    std::vector<Vec2> result;
    for (const Vec2 point : points) result.push_back((*this)(point));
    return result;
  }
};

constexpr double kIrisWidth = 0.71, kIrisHeight = 1.0;  // Half axes, in half widths and heights.

// A shut lid: a shallow bowl, or an arch for happy eyes.
double shut_v(double u, double happy) {
  return lerp(.30 + .22 * (1 - u * u), .42 - .55 * (1 - u * u), happy);
}

struct Lids {
  std::vector<Vec2> upper, lower;
};

Lids lids_of(const Stage& stage, int side) {
  const Expression& e = stage.character.expression;
  const LidShape shape = lid_shape(stage.character.design.eye_shape);
  const double open = side > 0 ? e.lid_l : e.lid_r, happy = e.happy;
  Lids lids;
  const double lift = std::min(open, 1.2);
  for (const Vec2 p : sample_curve(shape.upper, 13)) {
    lids.upper.push_back({p.x, lerp(shut_v(p.x, happy), p.y, std::pow(lift, 0.85))});
  }
  const double shut = 1 - smoothstep(0, 0.75, open);
  for (const Vec2 p : sample_curve(shape.lower, 11)) {
    lids.lower.push_back({p.x, lerp(p.y, shut_v(p.x, happy), shut)});
  }
  return lids;
}

struct EyeDrawer {
  Stage& stage;
  int side;
  EyeFrame frame;
  Lids lids;
  double open;
  Part eye, iris, lash;
  int clip = -1;  // The opening between the lids.
  Vec2 pupil = {};

  Drawing& out() { return stage.drawing; }
  Contour oval(Vec2 centre, double rx, double ry) const {
    std::vector<Vec2> ring;
    for (int i = 0; i < 12; ++i) {
      const double angle = 2 * kPi * i / 12;
      ring.push_back(frame({centre.x + rx * std::cos(angle), centre.y + ry * std::sin(angle)}));
    }
    return closed_curve(ring);
  }

  void white();
  void iris_disc();
  void pattern();
  void catchlights();
  void upper_lash();
  void spikes();
  void small_lines();
  int clip_face() const { return stage.face_clip; }
};

void EyeDrawer::white() {
  std::vector<Vec2> ring = frame(lids.upper);
  const std::vector<Vec2> lower = frame(lids.lower);
  ring.insert(ring.end(), lower.begin(), lower.end());
  const std::array<size_t, 2> corners = {0, lids.upper.size() - 1};
  const Path opening = {closed_curve(ring, corners)};
  out().add(eye, Role::Fill, opening, {.from = stage.palette.white}, clip_face());
  clip = out().add_clip(opening);
  // The upper lid's shadow on the ball.
  std::vector<Vec2> band = frame(lids.upper);
  for (size_t i = lids.upper.size(); i-- > 0;) band.push_back(frame(lids.upper[i] + Vec2{0, 0.26}));
  out().shadow(eye, {closed_curve(band, std::array<size_t, 4>{0, 12, 13, 25})}, stage.palette.white_shade,
               clip);
}

void EyeDrawer::iris_disc() {
  const Expression& e = stage.character.expression;
  const double yaw = std::sin(stage.head.yaw());
  pupil = {side * (0.30 * e.gaze_x + 0.16 * yaw) - 0.03, 0.07 + 0.22 * e.gaze_y};
  const LidShape shape = lid_shape(stage.character.design.eye_shape);
  const double rx = kIrisWidth, ry = kIrisHeight * shape.height;
  const Ink& ink = stage.palette.eye;
  const Colour rim = mix(ink.deep, stage.palette.lash, 0.62);
  out().add(iris, Role::Fill, {oval(pupil, rx, ry)}, {.from = rim}, clip);
  const Vec2 top = frame({pupil.x, pupil.y - 0.75 * ry}), bottom = frame({pupil.x, pupil.y + ry * 0.95});
  const Colour dark = mix(ink.deep, stage.palette.lash, 0.30), bright = mix(ink.base, ink.light, 0.30);
  out().add(iris, Role::Fill, {oval(pupil, rx * 0.88, ry * 0.92)},
            {.from = dark, .to = bright, .start = top, .end = bottom, .blend = Blend::Linear}, clip);
  // The lower half catches light.
  const Vec2 low = {pupil.x, pupil.y + 0.46 * ry};
  out().add(iris, Role::Highlight, {oval(low, rx * 0.60, ry * 0.38)},
            {.from = with_alpha(ink.light, 0.05),
             .to = with_alpha(mix(ink.light, ink.base, .1), 0.95),
             .start = frame({low.x, low.y - .3 * ry}),
             .end = frame({low.x, low.y + .38 * ry}),
             .blend = Blend::Linear},
            clip);
  pattern();
  // The lid's shadow over the iris.
  std::vector<Vec2> band = frame(lids.upper);
  for (size_t i = lids.upper.size(); i-- > 0;) band.push_back(frame(lids.upper[i] + Vec2{0, 0.36}));
  const int inside = out().add_clip({oval(pupil, rx, ry)});
  out().shadow(iris, {closed_curve(band, std::array<size_t, 4>{0, 12, 13, 25})},
               with_alpha(mix(ink.deep, stage.palette.lash, 0.75), 0.65), inside);
  out().shapes.back().also = clip;
}

void EyeDrawer::pattern() {
  const std::string& name = stage.character.design.iris_pattern;
  const double ry = kIrisHeight * lid_shape(stage.character.design.eye_shape).height;
  const Ink& ink = stage.palette.eye;
  const Colour dark = mix(ink.deep, stage.palette.lash, 0.8);
  const Vec2 middle = {pupil.x, pupil.y - 0.02};
  if (name == "slit") {
    out().add(iris, Role::Fill, {oval(middle, 0.11, ry * 0.62)}, {.from = dark}, clip);
  } else if (name == "star") {
    std::vector<Vec2> star;
    for (int i = 0; i < 10; ++i) {
      const double angle = kPi * i / 5 - kPi / 2, r = i % 2 ? 0.13 : 0.34;
      star.push_back(frame({middle.x + r * std::cos(angle), middle.y + r * std::sin(angle) * 1.2}));
    }
    out().add(iris, Role::Fill, {polygon(star)}, {.from = dark}, clip);
  } else {
    out().add(iris, Role::Fill, {oval(middle, 0.24, ry * 0.40)}, {.from = dark}, clip);
    if (name == "ring") {
      Path ring = {oval(middle, 0.42, ry * 0.64)};
      Contour hole = oval(middle, 0.36, ry * 0.56);
      std::ranges::reverse(hole);
      ring.push_back(hole);
      out().add(iris, Role::Fill, ring, {.from = with_alpha(dark, 0.7)}, clip);
    }
  }
}

void EyeDrawer::catchlights() {
  const int64_t count = stage.character.era.catchlights;
  const double ry = kIrisHeight * lid_shape(stage.character.design.eye_shape).height;
  const double from = stage.light.x > 0 ? 1 : -1;  // Both eyes shine on the light's side.
  const double fade = smoothstep(0.25, 0.55, open);
  const Colour white = with_alpha({1, 1, 1}, fade);
  const Vec2 big = {pupil.x + side * from * 0.26, pupil.y - 0.42 * ry};
  out().highlight(iris, {oval(big, 0.21, 0.27 * ry)}, white, clip);
  if (count >= 2)
    out().highlight(iris, {oval({pupil.x - side * from * 0.26, pupil.y + 0.42 * ry}, 0.105, 0.12 * ry)},
                    white, clip);
  if (count >= 3)
    out().highlight(iris, {oval({pupil.x + side * from * 0.34, pupil.y + 0.0 * ry}, 0.06, 0.09 * ry)}, white,
                    clip);
  if (count >= 4)
    out().highlight(iris, {oval({pupil.x + side * from * 0.05, pupil.y + 0.62 * ry}, 0.14, 0.06 * ry)},
                    with_alpha({1, 1, 1}, 0.7 * fade), clip);
}

void EyeDrawer::upper_lash() {
  const Design& d = stage.character.design;
  const double weight = (0.23 + 0.15 * d.lashes) * (d.sex == "boy" ? 0.72 : 1);
  const double wing = (d.sex == "boy" ? 0.06 : 0.10 + 0.14 * d.lashes);
  const size_t n = lids.upper.size();
  std::vector<Vec2> under = lids.upper, over;
  const Vec2 corner = under.back();
  under.push_back({corner.x + wing, corner.y + 0.06 - 0.3 * wing});
  for (size_t i = 0; i < n; ++i) {
    const double t = double(i) / double(n - 1);
    const double thick =
        weight * (0.25 + 0.95 * std::pow(std::sin(kPi * std::min(1.0, 0.08 + 0.80 * t)), 0.7));
    const Vec2 along = lids.upper[std::min(i + 1, n - 1)] - lids.upper[i == 0 ? 0 : i - 1];
    const Vec2 out_of_eye = normal(along) * -1.0;
    over.push_back(lids.upper[i] + Vec2{out_of_eye.x * thick * 0.6, out_of_eye.y * thick} +
                   Vec2{i + 1 == n ? wing * .35 : 0, 0});
  }
  std::vector<Vec2> ring = frame(under);
  for (size_t i = n; i-- > 0;) ring.push_back(frame(over[i]));
  const std::array<size_t, 3> corners = {0, n, 2 * n};
  out().line(lash, {closed_curve(ring, corners)}, stage.palette.lash, clip_face());
}

void EyeDrawer::spikes() {
  const Design& d = stage.character.design;
  if (d.sex == "boy" || d.lashes < 0.3) return;
  const double reach = 0.16 + 0.20 * d.lashes;
  for (const double t : {0.72, 0.86}) {
    const auto place = sub_curve(lids.upper, t, t + 0.06, 2);
    const Vec2 base = place[0] - Vec2{0, 0.08}, end = place[1];
    const Vec2 tip = base + Vec2{reach * (t < 0.8 ? 0.55 : 0.9), -reach * (t < 0.8 ? 0.85 : 0.5)};
    const std::array<Vec2, 3> points = {frame(base - Vec2{0.07, -0.04}), frame(tip), frame(end)};
    out().line(lash, {polygon(points)}, stage.palette.lash, clip_face());
  }
}

void EyeDrawer::small_lines() {
  const Design& d = stage.character.design;
  const double w = stage.line, shown = smoothstep(0.1, 0.5, open);
  const Colour soft = mix(stage.palette.lash, stage.palette.skin.line, 0.55);
  // Heavier below the outer corner, running out towards the inner one.
  const auto lower = frame(sub_curve(lids.lower, 0.04, 0.98, 12));
  const double heavy = w * (1.1 + 0.9 * d.lashes);
  out().line(lash,
             {brush(lower,
                    [&](double t) {
                      return 0.5 * heavy *
                             (0.25 + 0.75 * std::sin(kPi * std::pow(std::min(1.0, t * 1.02), 0.6)));
                    })},
             with_alpha(soft, 0.35 + 0.6 * shown), clip_face());
  std::vector<Vec2> crease;
  const auto above = sub_curve(lids.upper, 0.2, 0.88, 8);
  const double gap = 0.34 - 0.10 * (1 - open);
  for (const Vec2 p : above) crease.push_back(frame({p.x * 1.02 - 0.02, p.y - gap}));
  out().line(lash, {pen(crease, w * 0.85, 0.5, 0.5)}, with_alpha(stage.palette.skin.line, 0.75 * shown),
             clip_face());
}

}  // namespace

EyePlace eye_place(const Stage& stage, int side) {
  const Design& d = stage.character.design;
  const double size =
      d.eye_size * stage.character.era.eye_scale * lerp(1.10, 0.90, d.age) * (d.sex == "boy" ? 0.88 : 1);
  const double height = lerp(0.92, 0.75, d.age);
  // From the eye's own side: turning away from it keeps it wide, turning towards it narrows it.
  const double degrees = -side * stage.head.yaw() * 180 / kPi;
  static constexpr std::array<Vec2, 9> widths = {{{-100, 0},
                                                  {-74, 0.02},
                                                  {-58, 0.32},
                                                  {-30, 0.74},
                                                  {0, 1},
                                                  {30, 0.985},
                                                  {60, 0.80},
                                                  {90, 0.50},
                                                  {115, 0}}};
  const double seen = keyed(widths, degrees);
  const double x = 0.415 * d.eye_spacing * d.head_width;
  const Vec3 anchor = {side * x, lerp(0.27, 0.20, d.age), 0.62};
  EyePlace place;
  place.centre = stage.head.at(anchor);
  // Between two eyes there is room for nearly another one.
  const double half = std::min(0.278 * size, x / 1.47);
  place.half_width = half * seen;
  place.half_height = (0.5 * half + 0.136 * size) * height * std::cos(0.7 * stage.head.pitch());
  place.seen = smoothstep(0.03, 0.24, seen);
  return place;
}

std::array<Vec2, 6> eye_points(const Stage& stage, int side) {
  const EyeFrame frame = {stage, eye_place(stage, side), side, 0.10 * stage.character.design.eye_tilt};
  const Lids lids = lids_of(stage, side);
  return {frame(lids.upper.front()), frame(lids.upper[6]), frame(lids.upper.back()),
          frame(lids.lower[2]),      frame(lids.lower[5]), frame(lids.lower[8])};
}

void draw_eye(Stage& stage, int side) {
  stage.drawing.begin(1);
  const EyePlace place = eye_place(stage, side);
  if (place.seen <= 0) return;
  const Expression& e = stage.character.expression;
  const double open = side > 0 ? e.lid_l : e.lid_r;
  EyeFrame frame = {stage, place, side, 0.10 * stage.character.design.eye_tilt};
  const bool left = side > 0;
  EyeDrawer drawer = {stage,
                      side,
                      frame,
                      lids_of(stage, side),
                      open,
                      left ? Part::EyeL : Part::EyeR,
                      left ? Part::IrisL : Part::IrisR,
                      left ? Part::LashL : Part::LashR};
  const size_t first = stage.drawing.shapes.size();
  drawer.white();
  drawer.iris_disc();
  drawer.catchlights();
  drawer.small_lines();
  drawer.upper_lash();
  drawer.spikes();
  for (size_t i = first; i < stage.drawing.shapes.size(); ++i) {
    Paint& paint = stage.drawing.shapes[i].paint;
    paint.from.a *= place.seen;
    paint.to.a *= place.seen;
  }
}

}  // namespace sakuga::rig
