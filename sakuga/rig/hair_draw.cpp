// How placed hair is painted: one mass with an outer line, then each lock with its own shade and edges.
#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

// Fills run from `fill` at the crown to `tip` at the ends of the locks, which differ in newer years.
struct Tone {
  Colour fill, tip, shade, deep, line;
  Vec2 crown = {}, ends = {};

  Paint paint(double alpha) const {
    return {.from = with_alpha(fill, alpha),
            .to = with_alpha(tip, alpha),
            .start = crown,
            .end = ends,
            .blend = Blend::Linear};
  }
};

Tone front_tone(const Stage& stage) {
  const Ink& hair = stage.palette.hair;
  const double glow = 0.42 * smoothstep(2002, 2014, double(stage.character.era.year));
  return {.fill = hair.base,
          .tip = mix(hair.base, mix(hair.light, stage.palette.skin.base, 0.25), glow),
          .shade = hair.shade,
          .deep = hair.deep,
          .line = hair.line,
          .crown = stage.head.at({0, -0.55, 0.4}),
          .ends = stage.head.at({0, 1.0, 0.4})};
}

Tone back_tone(const Stage& stage) {
  const Ink& hair = stage.palette.hair;
  return {.fill = hair.shade,
          .tip = hair.shade,
          .shade = hair.deep,
          .deep = hair.deep,
          .line = hair.line,
          .crown = {0, -1},
          .ends = {0, 1}};
}

// A crescent along the lock's edge that is turned from the light.
Contour shade_of(const Lock& lock, Vec2 light, double from, double depth) {
  const size_t n = lock.spine.size(), middle = n * 6 / 10;
  const Vec2 side = lock.left[middle] - lock.spine[middle];
  const bool left_lit = side.x * light.x + side.y * light.y > 0;
  const auto& edge = left_lit ? lock.right : lock.left;
  std::vector<Vec2> outer = sub_curve(edge, from, 1, 9), inner;
  const auto spine = sub_curve(lock.spine, from, 1, 9);
  for (size_t i = 0; i < 9; ++i) {
    const double t = double(i) / 8;
    inner.push_back(lerp(outer[i], spine[i], depth * std::sin(kPi * std::min(1.0, 0.05 + t * 0.95)) * 1.5));
  }
  outer.insert(outer.end(), inner.rbegin(), inner.rend());
  const std::array<size_t, 4> corners = {0, 8, 9, 17};
  return closed_curve(outer, corners);
}

// The pen lines of a lock's edges: nothing at the root, full near the tip.
void draw_edges(Stage& stage, Part part, const Lock& lock, Colour ink, double from) {
  for (const auto* edge : {&lock.left, &lock.right}) {
    const auto points = sub_curve(*edge, from, 1, 10);
    stage.drawing.line(
        part, {brush(points, [&](double t) { return 0.5 * stage.line * 0.95 * std::min(1.0, 1.6 * t); })},
        ink);
  }
}

void draw_lock(Stage& stage, Part part, const Lock& lock, const Tone& tone, double alpha, double from) {
  Drawing& out = stage.drawing;
  out.begin(100 + lock.id);
  out.add(part, Role::Fill, lock.shape, tone.paint(alpha));
  const int64_t tones = stage.character.era.tones;
  if (tones > 0) out.shadow(part, {shade_of(lock, stage.light, 0.38, 0.55)}, with_alpha(tone.shade, alpha));
  if (tones > 1)
    out.shadow(part, {shade_of(lock, stage.light, 0.62, 0.30)}, with_alpha(tone.deep, alpha * 0.8));
  draw_edges(stage, part, lock, with_alpha(mix(tone.line, tone.deep, 0.25), alpha), from);
}

double shown_in_front(const Lock& lock, double from, double to) {
  return smoothstep(from, to, lock.facing);
}

// A lock that stands up from the crown and nods.
void draw_ahoge(Stage& stage, const Tone& tone) {
  if (!stage.character.design.ahoge) return;
  const double way = stage.character.design.hair_seed % 2 ? 1 : -1;
  const std::array<Vec3, 5> points = {{{0, -1.02, 0.12},
                                       {way * 0.02, -1.24, 0.14},
                                       {way * 0.13, -1.42, 0.18},
                                       {way * 0.32, -1.46, 0.26},
                                       {way * 0.46, -1.34, 0.34}}};
  std::vector<Vec2> spine;
  for (const Vec3 point : points) spine.push_back(stage.head.at(point));
  const Path lock = {
      brush(sample_curve(spine, 12), [](double t) { return 0.055 * std::pow(1 - t, 0.7) + 0.002; })};
  stage.drawing.outline(Part::FrontHair, lock, tone.line, stage.line);
  stage.drawing.fill(Part::FrontHair, lock, tone.fill);
}

// The side of the head that is turned from the light.
void draw_cap_shade(Stage& stage, const Tone& tone) {
  if (stage.character.era.tones == 0) return;
  const Path& dome = stage.hair.dome;
  const int clip = stage.drawing.add_clip(stage.hair.cap);
  Path shade = dome;
  for (const Contour& contour : moved(dome, {stage.light.x * 0.17, -0.04})) {
    Contour hole = contour;
    std::ranges::reverse(hole);
    shade.push_back(hole);
  }
  stage.drawing.shadow(Part::FrontHair, shade, tone.shade, clip);
}

// Fine lines over the cap that follow its flow from the crown.
void draw_strands(Stage& stage) {
  core::Rng rng(static_cast<uint64_t>(stage.character.design.hair_seed), 9);
  const Shell& shell = stage.hair.shell;
  for (int i = 0; i < 22; ++i) {
    const double angle = -180 + 360.0 * (i + 0.7 * rng.uniform()) / 22, high = -0.98 + 0.12 * rng.uniform();
    const double low = std::min(hairline(angle) - 0.05, high + 0.35 + 0.45 * rng.uniform());
    const double facing = std::cos(angle * kPi / 180 + stage.head.yaw());
    if (facing < 0.05 || low <= high) continue;
    std::vector<Vec2> points;
    for (int k = 0; k < 8; ++k) {
      const double y = lerp(high, low, k / 7.0);
      points.push_back(stage.head.at(shell.at(angle + 0.25 * k * k * (i % 2 ? 1 : -1) * 0.3, y)));
    }
    stage.drawing.line(Part::FrontHair, {pen(points, stage.line * 0.6, 0.7, 0.7)},
                       with_alpha(stage.palette.hair.line, 0.55 * smoothstep(0.05, 0.3, facing)));
  }
}

// The band of light around the head: spikes side by side, taller towards the light.
void draw_shine(Stage& stage, int clip) {
  const double shine = stage.character.era.shine;
  if (shine <= 0) return;
  core::Rng rng(static_cast<uint64_t>(stage.character.design.hair_seed), 11);
  const Shell& shell = stage.hair.shell;
  const double level = -0.62 + 0.10 * rng.uniform();
  Path band;
  for (int i = 0; i < 44; ++i) {
    const double angle = -180 + 360.0 * i / 44, up = 0.03 + 0.13 * rng.uniform(),
                 down = 0.04 + 0.17 * rng.uniform();
    const double wide = 5.0 + 3.0 * rng.uniform(), azimuth = angle * kPi / 180 + stage.head.yaw();
    const double lit = std::max(0.0, std::cos(azimuth - 0.7 * stage.light.x)), facing = std::cos(azimuth);
    if (facing < 0.08) continue;
    const double size = std::pow(lit, 1.2) * smoothstep(0.08, 0.4, facing) * (0.6 + 0.6 * shine);
    const auto at = [&](double side, double y) { return stage.head.at(shell.at(angle + side * wide, y)); };
    const double dip = level + 0.10 * facing;
    const std::array<Vec2, 6> spike = {
        at(0, dip - up * size),   at(0.8, dip - 0.2 * up * size),    at(0.7, dip + 0.3 * down * size),
        at(0, dip + down * size), at(-0.7, dip + 0.3 * down * size), at(-0.8, dip - 0.2 * up * size)};
    if (size > 0.05) band.push_back(closed_curve(spike, std::array<size_t, 2>{0, 3}));
  }
  stage.drawing.highlight(Part::FrontHair, band, with_alpha(stage.palette.hair.light, 0.35 + 0.6 * shine),
                          clip);
}

}  // namespace

void draw_back_hair(Stage& stage) {
  stage.drawing.begin(1);
  const Tone tone = back_tone(stage);
  Drawing& out = stage.drawing;
  Path mass;
  for (const Lock& lock : stage.hair.back) append(mass, lock.shape);
  for (const auto* group : {&stage.hair.sides, &stage.hair.fringe})
    for (const Lock& lock : *group)
      if (lock.facing < 0.25) append(mass, lock.shape);
  out.outline(Part::BackHair, mass, tone.line, stage.line * 1.1);
  out.fill(Part::BackHair, mass, tone.fill);
  // Locks that hang beside the head are lit; those behind the neck are in shadow.
  for (const Lock& lock : stage.hair.back) {
    const double beside = smoothstep(-0.75, 0.1, lock.facing);
    Tone own = tone;
    own.fill = own.tip = mix(tone.fill, stage.palette.hair.base, beside);
    own.shade = mix(tone.deep, stage.palette.hair.shade, beside);
    draw_lock(stage, Part::BackHair, lock, own, 1, 0.45);
  }
}

void draw_front_hair(Stage& stage) {
  Drawing& out = stage.drawing;
  out.begin(1);
  const Tone tone = front_tone(stage);
  const double width = stage.line * 1.15;
  Path mass = stage.hair.cap;
  // What comes to the front fades in, line and all, until it is part of the mass.
  const auto gather = [&](const std::vector<Lock>& locks, double from, double to) {
    for (const Lock& lock : locks) {
      const double shown = shown_in_front(lock, from, to);
      if (shown >= 1)
        append(mass, lock.shape);
      else if (shown > 0)
        out.outline(Part::FrontHair, lock.shape, with_alpha(tone.line, shown), width);
    }
  };
  draw_ahoge(stage, tone);
  gather(stage.hair.back, 0.05, 0.24);
  gather(stage.hair.sides, -0.15, 0.05);
  gather(stage.hair.fringe, -0.15, 0.05);
  out.outline(Part::FrontHair, mass, tone.line, width);
  const auto paint = [&](const std::vector<Lock>& locks, double from, double to, double edges) {
    for (const Lock& lock : locks) {
      const double shown = shown_in_front(lock, from, to);
      if (shown > 0) draw_lock(stage, Part::FrontHair, lock, tone, shown, edges);
    }
  };
  paint(stage.hair.back, 0.05, 0.24, 0.45);
  out.begin(50);
  out.add(Part::FrontHair, Role::Fill, stage.hair.cap, tone.paint(1));
  out.shapes.back().on_skull = true;
  draw_cap_shade(stage, tone);
  paint(stage.hair.sides, -0.15, 0.05, 0.3);
  paint(stage.hair.fringe, -0.15, 0.05, 0.36);
  out.begin(60);
  draw_strands(stage);
  draw_shine(stage, out.add_clip(mass));
}

}  // namespace sakuga::rig
