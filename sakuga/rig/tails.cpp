// Hair that is tied: tails, drills, buns and braids, each an object with an anchor on the head.
#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

struct Anchor {
  Vec3 place;  // On the shell.
  Vec3 away;   // Where the hair first goes.
  double length = 2.2, width = 0.30;
};

Anchor anchor_at(const Stage& stage, double angle, double y, double out, double up) {
  const Shell& shell = stage.hair.shell;
  const double a = angle * kPi / 180;
  Anchor anchor;
  anchor.place = shell.at(angle, y);
  anchor.away = {out * std::sin(a), -up, out * std::cos(a)};
  return anchor;
}

// The way of a strand from the anchor: out, then down with the weight of hair. `side` in [-1, 1] is its
// place within the tail.
std::vector<Vec2> strand(const Stage& stage, const Anchor& anchor, double side, double spread, double length,
                         double wave, double phase) {
  std::vector<Vec2> spine;
  const Vec3 across = {anchor.away.z, 0, -anchor.away.x};
  const double size = std::max(0.05, std::hypot(across.x, across.z));
  for (int i = 0; i <= 10; ++i) {
    const double t = i / 10.0, out = 1 - std::exp(-4 * t);
    const double wide = side * spread * std::sin(kPi * (0.12 + 0.60 * t)) / size;
    Vec3 p = anchor.place + anchor.away * out + across * wide;
    p = p + Vec3{wave * 0.12 * std::sin(6 * t + phase) * t, 0, 0};
    Vec2 view = stage.head.at(p);
    view.y += length * std::pow(t, 1.35);
    spine.push_back(view);
  }
  return spine;
}

struct TailPainter {
  Stage& stage;
  Part part;
  double alpha;

  Colour ink(Colour colour) const { return with_alpha(colour, alpha); }

  Contour lock_shape(const std::vector<Vec2>& spine, double width) const {
    return brush(spine, [&](double t) {
      const double root = 0.45 + 0.55 * std::sin(std::min(1.0, t / 0.4) * kPi / 2);
      const double x = std::max(0.0, (t - 0.4) / 0.6);
      return width * root * (1 - std::pow(x, 1.8));
    });
  }

  void tail(const Anchor& anchor, double spread, double wave, uint64_t seed);
  void drill(const Anchor& anchor);
  void bun(const Anchor& anchor);
  void braid(const Anchor& anchor);
};

void TailPainter::tail(const Anchor& anchor, double spread, double wave, uint64_t seed) {
  core::Rng rng(seed, 21);
  const Ink& hair = stage.palette.hair;
  Path mass;
  std::vector<std::pair<std::vector<Vec2>, Contour>> locks;
  for (const double side : {-1.0, 1.0, -0.5, 0.5, 0.0}) {
    const double length = anchor.length * (1 - 0.13 * std::abs(side) + 0.06 * rng.uniform());
    auto spine = strand(stage, anchor, side, spread, length, wave, 6 * rng.uniform());
    Contour shape = lock_shape(spine, anchor.width * (0.55 + 0.12 * rng.uniform()));
    mass.push_back(shape);
    locks.emplace_back(std::move(spine), std::move(shape));
  }
  Drawing& out = stage.drawing;
  out.outline(part, mass, ink(hair.line), stage.line * 1.1);
  out.fill(part, mass, ink(hair.base));
  const int clip = out.add_clip(mass);
  if (stage.character.era.tones > 0)
    out.shadow(part, moved(mass, {-stage.light.x * 0.26, 0.06}), ink(mix(hair.shade, hair.base, 0.25)), clip);
  for (const auto& [spine, shape] : locks) {
    const Vec2 shift = {-stage.light.x * 0.05, 0.01};
    std::vector<Vec2> inner;
    for (const Vec2 p : spine) inner.push_back(p + shift);
    if (stage.character.era.tones > 0)
      out.shadow(part, {lock_shape(inner, anchor.width * 0.22)}, ink(hair.shade), clip);
    out.line(part, {pen(sub_curve(inner, 0.08, 0.97, 14), stage.line * 0.9, 0.4, 0.5)},
             ink(mix(hair.line, hair.deep, .3)), clip);
  }
  const auto middle =
      strand(stage, anchor, 0.35 * (stage.light.x > 0 ? 1 : -1), spread, anchor.length, wave, 0);
  out.highlight(part, {pen(sub_curve(middle, 0.18, 0.42, 8), anchor.width * 0.16, 0.5, 0.5)},
                ink(with_alpha(hair.light, 0.8)), clip);
}

void TailPainter::drill(const Anchor& anchor) {
  const auto spine = strand(stage, anchor, 0, 0, anchor.length, 0, 0);
  const auto points = sample_curve(spine, 10);
  const Ink& hair = stage.palette.hair;
  const double slant = 0.10;
  for (int i = 8; i >= 0; --i) {  // From the tip up, so that each coil overlaps the one below.
    const double wide = anchor.width * (i == 0 ? 0.8 : 1.06 - 0.105 * i);
    const Vec2 a = points[size_t(i)], b = points[size_t(i + 1)];
    const double way = (a.x >= 0 ? 1 : -1) * slant;
    const double rise = (b.y - a.y) * 0.42;
    const std::array<Vec2, 6> ring = {a + Vec2{-wide, -way * wide},     a + Vec2{0, -rise},
                                      a + Vec2{wide, way * wide},       b + Vec2{wide * 0.86, way * wide},
                                      b + Vec2{way * wide, rise * 0.9}, b + Vec2{-wide * 0.86, -way * wide}};
    const Path coil = {closed_curve(ring)};
    stage.drawing.outline(part, coil, ink(hair.line), stage.line);
    stage.drawing.fill(part, coil, ink(hair.base));
    const int clip = stage.drawing.add_clip(coil);
    stage.drawing.shadow(part, moved(coil, {-stage.light.x * wide * 0.9, 0.0}), ink(hair.shade), clip);
    stage.drawing.shadow(part,
                         {brush(std::vector<Vec2>{ring[5], ring[4], ring[3]},
                                [&](double t) { return 0.07 * std::sin(kPi * t); })},
                         ink(hair.deep), clip);
    const std::array<Vec2, 3> gleam = {lerp(ring[0], ring[5], .35) + Vec2{wide * .35, 0},
                                       lerp(ring[1], ring[4], .38),
                                       lerp(ring[2], ring[3], .35) - Vec2{wide * .35, 0}};
    stage.drawing.highlight(part, {pen(sample_curve(gleam, 6), 0.055, 0.5, 0.5)},
                            ink(with_alpha(hair.light, 0.85 * alpha)), clip);
  }
}

void TailPainter::bun(const Anchor& anchor) {
  const Vec2 middle = stage.head.at(anchor.place + anchor.away * 0.9);
  const double size = anchor.width;
  const Ink& hair = stage.palette.hair;
  const Path ball = {ellipse(middle, size, size * 0.95)};
  stage.drawing.outline(part, ball, ink(hair.line), stage.line * 1.1);
  stage.drawing.fill(part, ball, ink(hair.base));
  const int clip = stage.drawing.add_clip(ball);
  Path shade = ball;
  Contour hole = ellipse(middle + stage.light * (0.35 * size), size * 0.95, size * 0.9);
  std::ranges::reverse(hole);
  shade.push_back(hole);
  stage.drawing.shadow(part, shade, ink(hair.shade), clip);
  for (const double turn : {0.2, 0.55, 0.85}) {
    std::vector<Vec2> swirl;
    for (int i = 0; i < 8; ++i) {
      const double angle = 2 * kPi * turn + i * 0.3, r = size * (0.95 - 0.09 * i);
      swirl.push_back(middle + Vec2{r * std::cos(angle), r * std::sin(angle)});
    }
    stage.drawing.line(part, {pen(swirl, stage.line * 0.9, 0.2, 0.7)}, ink(hair.line), clip);
  }
  stage.drawing.highlight(
      part, {ellipse(middle + stage.light * (0.5 * size), size * 0.26, size * 0.14, 0.6 * stage.light.x)},
      ink(with_alpha(hair.light, 0.8)), clip);
}

void TailPainter::braid(const Anchor& anchor) {
  const auto points = sample_curve(strand(stage, anchor, 0, 0, anchor.length, 0.3, 0), 12);
  const Ink& hair = stage.palette.hair;
  for (int i = 10; i >= 0; --i) {
    const Vec2 a = points[size_t(i)], b = points[size_t(i + 1)];
    const double wide = anchor.width * (i == 10 ? 0.4 : 0.62 - 0.018 * i), way = i % 2 ? 1 : -1;
    const Vec2 middle = lerp(a, b, 0.5);
    const double tall = 0.78 * (b.y - a.y) + 0.02;
    const std::array<Vec2, 5> leaf = {
        middle + Vec2{-way * wide * 0.55, tall * 0.9}, middle + Vec2{-way * wide * 0.4, -tall * 0.1},
        middle + Vec2{way * wide * 0.55, -tall}, middle + Vec2{way * wide * 1.05, -tall * 0.2},
        middle + Vec2{way * wide * 0.6, tall * 0.55}};
    const Path shape = {closed_curve(leaf, std::array<size_t, 1>{0})};
    stage.drawing.outline(part, shape, ink(hair.line), stage.line * 0.9);
    stage.drawing.fill(part, shape, ink(hair.base));
    const int clip = stage.drawing.add_clip(shape);
    stage.drawing.shadow(part, moved(shape, {-stage.light.x * wide * 0.6, 0.10}), ink(hair.shade), clip);
  }
}

struct Tied {
  Anchor anchor;
  int side;
};

std::vector<Tied> tied_of(const Stage& stage) {
  const std::string& style = stage.character.design.tails;
  std::vector<Tied> all;
  const auto pair = [&](double angle, double y, double out, double up, double length, double width) {
    for (const int side : {-1, 1}) {
      Anchor anchor = anchor_at(stage, side * angle, y, out, up);
      anchor.length = length;
      anchor.width = width;
      all.push_back({anchor, side});
    }
  };
  const double volume = stage.character.design.hair_volume;
  if (style == "twin") pair(104, -0.52, 0.62, 0.22, 2.9, 0.34 * volume);
  if (style == "low_twin") pair(118, 0.62, 0.42, 0.0, 1.9, 0.26 * volume);
  if (style == "drills") pair(98, -0.30, 0.42, 0.10, 1.9, 0.34 * volume);
  if (style == "buns") pair(76, -0.86, 0.22, 0.22, 0, 0.36);
  if (style == "braids") pair(112, 0.58, 0.36, 0.0, 1.7, 0.30);
  if (style == "pony") {
    Anchor anchor = anchor_at(stage, 168, -0.78, 0.75, 0.62);
    anchor.away.x += 0.55;
    anchor.length = 2.7;
    anchor.width = 0.40 * volume;
    all.push_back({anchor, 1});
  }
  if (style == "side") {
    Anchor anchor = anchor_at(stage, 92, -0.55, 0.60, 0.25);
    anchor.length = 2.3;
    anchor.width = 0.34 * volume;
    all.push_back({anchor, 1});
  }
  return all;
}

void tie_band(Stage& stage, Part part, const Tied& tied, double alpha) {
  if (stage.character.design.tails == "buns") return;
  const Vec2 at = stage.head.at(tied.anchor.place + tied.anchor.away * 0.14);
  const double size = tied.anchor.width * 0.5;
  const Path band = {ellipse(at, size, size * 0.62, 0.4 * tied.side)};
  stage.drawing.outline(part, band, with_alpha(stage.palette.accent.line, alpha), stage.line);
  stage.drawing.fill(part, band, with_alpha(stage.palette.accent.base, alpha));
}

}  // namespace

void draw_tails(Stage& stage, bool front) {
  const Design& d = stage.character.design;
  if (d.tails == "none") return;
  const Part part = front ? Part::FrontTails : Part::Tails;
  for (const Tied& tied : tied_of(stage)) {
    const Vec3 view = stage.head.turned(tied.anchor.place + tied.anchor.away * 0.5);
    // The near side's hair hangs before the head and shoulders, the far side's behind.
    const double alpha = front ? smoothstep(0.35, 0.45, view.z) : 1;
    if (alpha <= 0) continue;
    stage.drawing.begin(10 + tied.side);
    TailPainter painter = {stage, part, alpha};
    if (d.tails == "drills")
      painter.drill(tied.anchor);
    else if (d.tails == "buns")
      painter.bun(tied.anchor);
    else if (d.tails == "braids")
      painter.braid(tied.anchor);
    else
      painter.tail(tied.anchor, lerp(0.14, 0.42, d.hair_spread), d.hair_wave,
                   uint64_t(d.hair_seed) + (tied.side > 0));
    tie_band(stage, part, tied, alpha);
  }
}

std::vector<Vec3> tail_anchors(const Stage& stage) {
  std::vector<Vec3> places;
  for (const Tied& tied : tied_of(stage)) places.push_back(tied.anchor.place + tied.anchor.away * 0.14);
  return places;
}

}  // namespace sakuga::rig
