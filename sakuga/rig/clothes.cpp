// The garments: a base over the trunk, and what makes each of them.
#include <algorithm>
#include <cmath>

#include "sakuga/rig/body.h"

namespace sakuga::rig {
namespace {

struct Tailor {
  Stage& stage;
  Trunk trunk;
  Part part = Part::Topwear;

  Drawing& out() { return stage.drawing; }

  // A flat piece on the trunk, given as (angle, level) points.
  void piece(std::span<const Vec2> points, const Ink& ink, std::span<const size_t> corners = {}) {
    std::vector<Vec2> ring;
    double nearest = 180;
    for (const Vec2 p : points) {
      ring.push_back(trunk.at(p.x, p.y));
      nearest = std::min(nearest, std::abs(trunk.azimuth(p.x)));
    }
    const double seen = 1 - smoothstep(70, 100, nearest);
    if (seen <= 0) return;
    const Path shape = {closed_curve(ring, corners)};
    out().outline(part, shape, with_alpha(ink.line, seen), stage.line * 0.9);
    out().fill(part, shape, with_alpha(ink.base, seen));
  }
  void mirrored_piece(std::span<const Vec2> points, const Ink& ink, std::span<const size_t> corners = {}) {
    std::vector<Vec2> other;
    for (const Vec2 p : points) other.push_back({-p.x, p.y});
    piece(points, ink, corners);
    piece(other, ink, corners);
  }
  // A piece over the back, between two angles (0 to 360) and two levels; of it, what is in sight.
  void wrap(double from, double to, double top, double bottom, const Ink& ink);
  // A line on the trunk.
  void seam(std::span<const Vec2> points, Colour ink, double width = 1) {
    std::vector<Vec2> line;
    double nearest = 180;
    for (const Vec2 p : points) {
      line.push_back(trunk.at(p.x, p.y));
      nearest = std::min(nearest, std::abs(trunk.azimuth(p.x)));
    }
    const double seen = 1 - smoothstep(70, 90, nearest);
    if (seen > 0)
      out().line(part, {pen(sample_curve(line, 10), stage.line * width, 0.2, 0.2)}, with_alpha(ink, seen));
  }
  // The garment's body, from a neckline: level at the back and sides, and in front.
  void base(double sides, double front, double front_width, const Ink& ink);
  // A band around the neck from level `low` up by `height`.
  void band(double low, double height, const Ink& ink);
  void folds(const Ink& ink);
  void bow(double level, double size, const Ink& ink);
  void tie(const Ink& ink);
  void shirt_collar(const Ink& ink, double size);
  void buttons(const Ink& ink, double angle);
};

void Tailor::base(double sides, double front, double front_width, const Ink& ink) {
  const std::vector<Vec2> outline = trunk.outline(sides);
  std::vector<Vec2> ring = outline;
  // The neckline from the right to the left over the side that is seen.
  const double turn = trunk.azimuth(0);
  const size_t n = 13;
  for (size_t i = 1; i + 1 < n; ++i) {
    const double azimuth = lerp(90, -90, double(i) / double(n - 1)), angle = azimuth - turn;
    double wrapped = std::fmod(angle + 540, 360) - 180;
    const double dip = front * std::pow(std::max(0.0, 1 - std::abs(wrapped) / front_width), 0.9);
    ring.push_back(trunk.at(wrapped, sides + dip));
  }
  const Path shape = {closed_curve(ring, std::array<size_t, 4>{0, 9, 10, 19})};
  out().outline(part, shape, ink.line, stage.line);
  out().fill(part, shape, ink.base);
  if (stage.character.era.tones == 0) return;
  Path shade = shape;
  for (const Contour& contour : moved(shape, {stage.light.x * 0.22, 0.02})) {
    Contour hole = contour;
    std::ranges::reverse(hole);
    shade.push_back(hole);
  }
  const int clip = out().add_clip(shape);
  out().shadow(part, shade, ink.shade, clip);
}

void Tailor::wrap(double from, double to, double top, double bottom, const Ink& ink) {
  // At most one stretch is in sight, as the piece is less than half the way around.
  const double turn = trunk.azimuth(0), half = (to - from) / 2;
  const double middle = std::remainder((from + to) / 2 + turn, 360.0);
  const double low_azimuth = std::max(-90.0, middle - half), high_azimuth = std::min(90.0, middle + half);
  if (high_azimuth - low_azimuth < 0.5) return;
  constexpr size_t n = 25;
  std::vector<double> angles;
  for (size_t i = 0; i < n; ++i)
    angles.push_back(lerp(low_azimuth, high_azimuth, double(i) / (n - 1)) - turn);
  // Around: along the top, down one edge with the trunk's shape, back along the bottom, up the other edge.
  std::vector<Vec2> ring;
  for (const double angle : angles) ring.push_back(trunk.at(angle, top));
  std::vector<Vec2> down, up;
  for (const double level : {0.35, 0.6, 0.8, 1.0, 1.3, 1.8}) {
    if (level <= top || level >= bottom) continue;
    down.push_back(trunk.at(angles.back(), level));
    up.push_back(trunk.at(angles.front(), level));
  }
  ring.insert(ring.end(), down.begin(), down.end());
  const size_t low = ring.size();
  for (size_t i = n; i-- > 0;) ring.push_back(trunk.at(angles[i], bottom));
  ring.insert(ring.end(), up.rbegin(), up.rend());
  const Path shape = {closed_curve(ring, std::array<size_t, 4>{0, n - 1, low, low + n - 1})};
  out().outline(part, shape, ink.line, stage.line * 0.9);
  out().fill(part, shape, ink.base);
}

void Tailor::folds(const Ink& ink) {
  for (const double side : {-1.0, 1.0}) {
    seam(std::vector<Vec2>{{side * 68, 1.0}, {side * 62, 1.35}, {side * 60, 1.8}}, ink.line);
    seam(std::vector<Vec2>{{side * 48, 0.72}, {side * 40, 0.95}, {side * 38, 1.15}},
         with_alpha(ink.line, 0.8), 0.8);
  }
}

void Tailor::band(double low, double height, const Ink& ink) {
  std::vector<Vec2> ring;
  const double turn = trunk.azimuth(0);
  for (int i = 0; i <= 12; ++i) ring.push_back(trunk.at(lerp(-92, 92, i / 12.0) - turn, low));
  for (int i = 12; i >= 0; --i) {
    const Vec3 p = trunk.point(lerp(-92, 92, i / 12.0) - turn, 0);
    ring.push_back(trunk.head.body_at({p.x * 1.04, p.y - height + 0.04, (p.z + 0.14) * 1.04 - 0.14}));
  }
  const Path shape = {closed_curve(ring, std::array<size_t, 4>{0, 12, 13, 25})};
  out().outline(part, shape, ink.line, stage.line);
  out().fill(part, shape, ink.base);
  const int clip = out().add_clip(shape);
  if (stage.character.era.tones > 0)
    out().shadow(part, moved(trunk.head.face(), {-0.10 * stage.light.x, 0.22}), ink.shade, clip);
}

void Tailor::bow(double level, double size, const Ink& ink) {
  const double seen = 1 - smoothstep(60, 95, std::abs(trunk.azimuth(0)));
  if (seen <= 0) return;
  for (const double side : {-1.0, 1.0}) {
    const double a = 26 * size;
    piece(std::vector<Vec2>{{0, level},
                            {side * a, level - 0.14 * size},
                            {side * a * 1.15, level + 0.03},
                            {side * a, level + 0.18 * size}},
          ink, std::array<size_t, 1>{0});
    piece(std::vector<Vec2>{{0, level + 0.02},
                            {side * 9 * size, level + 0.16 * size},
                            {side * 14 * size, level + 0.52 * size},
                            {side * 5 * size, level + 0.46 * size}},
          ink, std::array<size_t, 3>{0, 2, 3});
  }
  piece(std::vector<Vec2>{{-5 * size, level - 0.06},
                          {5 * size, level - 0.06},
                          {5 * size, level + 0.09},
                          {-5 * size, level + 0.09}},
        ink);
}

void Tailor::tie(const Ink& ink) {
  piece(std::vector<Vec2>{{-6, 0.52}, {6, 0.52}, {9, 1.3}, {9, 2.2}, {-9, 2.2}, {-9, 1.3}}, ink);
  piece(std::vector<Vec2>{{-7, 0.30}, {7, 0.30}, {5, 0.54}, {-5, 0.54}}, ink,
        std::array<size_t, 4>{0, 1, 2, 3});
}

void Tailor::shirt_collar(const Ink& ink, double size) {
  const std::array<Vec2, 4> wing = {
      {{2, 0.30}, {75, -0.05}, {62, 0.34 * size + 0.1}, {24, 0.42 + 0.34 * size}}};
  mirrored_piece(wing, ink, std::array<size_t, 4>{0, 1, 2, 3});
}

void Tailor::buttons(const Ink& ink, double angle) {
  for (const double level : {0.8, 1.25, 1.7}) {
    const double seen = 1 - smoothstep(70, 88, std::abs(trunk.azimuth(angle)));
    if (seen > 0)
      out().line(part, {ellipse(trunk.at(angle, level), 0.035, 0.035)}, with_alpha(ink.line, seen));
  }
}

void sailor(Tailor& t, const Palette& p) {
  t.base(0.20, 0.62, 40, p.cloth_white);
  t.folds(p.cloth_white);
  const std::array<Vec2, 6> flap = {{{0, 0.86}, {22, 0.44}, {80, 0.16}, {112, 0.36}, {66, 0.72}, {28, 0.92}}};
  t.mirrored_piece(flap, p.clothes, std::array<size_t, 3>{0, 2, 3});
  for (const double side : {-1.0, 1.0})
    t.seam(std::vector<Vec2>{{side * 12, 0.84}, {side * 34, 0.80}, {side * 64, 0.62}, {side * 96, 0.36}},
           p.cloth_white.base, 1.6);
  t.wrap(108, 252, 0.14, 1.05, p.clothes);
  t.bow(0.98, 0.9, p.accent);
}

void shirt(Tailor& t, const Palette& p) {
  t.base(0.10, 0.35, 30, p.cloth_white);
  t.folds(p.cloth_white);
  t.tie(p.accent);
  t.shirt_collar(p.cloth_white, 0.8);
}

void blazer(Tailor& t, const Palette& p) {
  t.base(0.10, 0.35, 30, p.cloth_white);
  t.bow(0.55, 0.75, p.accent);
  const std::array<Vec2, 7> half = {
      {{6, 2.6}, {13, 1.5}, {40, 0.55}, {88, 0.05}, {96, 1.0}, {100, 3.0}, {40, 6}}};
  t.mirrored_piece(half, p.clothes, std::array<size_t, 2>{3, 6});
  const std::array<Vec2, 5> lapel = {{{8, 2.2}, {22, 0.85}, {70, 0.02}, {58, 0.66}, {36, 1.2}}};
  t.mirrored_piece(lapel, p.clothes, std::array<size_t, 3>{0, 2, 3});
  t.shirt_collar(p.cloth_white, 0.7);
  t.wrap(92, 268, 0.05, 6, p.clothes);
}

void turtleneck(Tailor& t, const Palette& p) {
  t.base(0.02, 0.02, 40, p.clothes);
  t.folds(p.clothes);
  t.band(0.22, 0.34, p.clothes);
  for (const double a : {-50.0, -20.0, 20.0, 50.0})
    t.seam(std::vector<Vec2>{{a, 0.05}, {a, 0.15}, {a * 1.05, 0.24}}, p.clothes.line, 0.7);
}

void hoodie(Tailor& t, const Palette& p) {
  t.base(0.10, 0.30, 35, p.clothes);
  t.folds(p.clothes);
  const std::array<Vec2, 6> hood = {
      {{0, 0.62}, {40, 0.20}, {100, -0.12}, {125, 0.20}, {78, 0.72}, {30, 0.92}}};
  t.mirrored_piece(hood, p.clothes);
  for (const double side : {-1.0, 1.0})
    t.seam(std::vector<Vec2>{{side * 9, 0.85}, {side * 8, 1.2}, {side * 10, 1.55}}, p.cloth_white.base, 2.2);
}

void kimono(Tailor& t, const Palette& p) {
  t.base(0.14, 0.55, 36, p.clothes);
  const std::array<Vec2, 6> under = {
      {{-12, 1.25}, {60, 0.30}, {100, 0.0}, {100, 0.22}, {66, 0.55}, {-4, 1.5}}};
  t.piece(under, p.cloth_white, std::array<size_t, 2>{0, 5});
  const std::array<Vec2, 6> over = {
      {{26, 1.7}, {-50, 0.45}, {-100, 0.0}, {-100, 0.30}, {-60, 0.75}, {16, 2.0}}};
  t.piece(over, p.accent, std::array<size_t, 2>{0, 5});
  t.folds(p.clothes);
}

void dress(Tailor& t, const Palette& p) {
  t.base(0.62, 0.35, 70, p.clothes);
  t.folds(p.clothes);
  std::vector<Vec2> frill;
  const double turn = t.trunk.azimuth(0);
  for (int i = 0; i <= 24; ++i)
    frill.push_back({lerp(-100, 100, i / 24.0) - turn,
                     0.62 + (i % 2 ? 0.02 : 0.12) +
                         0.3 * std::max(0.0, 1 - std::abs(lerp(-100, 100, i / 24.0) - turn) / 70)});
  for (int i = 24; i >= 0; --i)
    frill.push_back({lerp(-100, 100, i / 24.0) - turn, frill[size_t(i)].y - (i % 2 ? 0.12 : 0.22)});
  t.piece(frill, p.cloth_white, std::array<size_t, 4>{0, 24, 25, 49});
  t.bow(1.15, 0.6, p.accent);
}

void tee(Tailor& t, const Palette& p) {
  t.base(0.16, 0.30, 75, p.clothes);
  t.folds(p.clothes);
  t.seam(std::vector<Vec2>{{-62, 0.35}, {-30, 0.50}, {0, 0.60}, {30, 0.50}, {62, 0.35}}, p.clothes.line);
}

void vest(Tailor& t, const Palette& p) {
  t.base(0.10, 0.35, 30, p.cloth_white);
  t.folds(p.cloth_white);
  t.tie(p.accent);
  const std::array<Vec2, 6> half = {{{0, 1.9}, {18, 1.1}, {60, 0.22}, {76, 0.8}, {80, 2.0}, {40, 6}}};
  t.mirrored_piece(half, p.clothes, std::array<size_t, 3>{0, 2, 5});
  t.shirt_collar(p.cloth_white, 0.8);
  t.wrap(104, 256, 0.08, 6, p.clothes);
}

void coat(Tailor& t, const Palette& p) {
  t.base(0.05, 0.30, 30, p.clothes);
  t.folds(p.clothes);
  t.shirt_collar(p.clothes, 1.6);
  t.seam(std::vector<Vec2>{{0, 0.8}, {0, 1.5}, {0, 2.5}}, p.clothes.line);
  t.buttons(p.accent, 10);
  t.band(0.30, 0.26, p.accent);
}

void uniform(Tailor& t, const Palette& p) {
  t.base(0.02, 0.04, 40, p.clothes);
  t.folds(p.clothes);
  t.band(0.16, 0.22, p.clothes);
  t.seam(std::vector<Vec2>{{0, 0.15}, {0, 1.0}, {0, 2.5}}, p.clothes.line);
  t.buttons(p.accent, 4);
}

void choker(Tailor& t, const Palette& p) {
  t.base(0.80, 0.25, 60, p.clothes);
  t.folds(p.clothes);
  for (const double side : {-1.0, 1.0})
    t.piece(std::vector<Vec2>{{side * 46, 0.34}, {side * 60, 0.36}, {side * 56, 1.0}, {side * 44, 1.0}},
            p.clothes);
  std::vector<Vec2> ring;
  const double turn = t.trunk.azimuth(0);
  for (const double height : {0.26, 0.16}) {
    for (int i = 0; i <= 8; ++i) {
      const double azimuth = (height > 0.2 ? 1 : -1) * lerp(-90, 90, i / 8.0);
      const Vec3 q = t.trunk.point(azimuth - turn, 0);
      ring.push_back(t.trunk.head.body_at({q.x * 0.98, q.y - height, (q.z + 0.14) * 0.98 - 0.14}));
    }
  }
  t.out().fill(t.part, {closed_curve(ring, std::array<size_t, 4>{0, 8, 9, 17})}, p.accent.shade);
}

}  // namespace

void draw_topwear(Stage& stage) {
  stage.drawing.begin(1);
  Tailor tailor = {stage, Trunk(stage)};
  struct Garment {
    const char* name;
    void (*sew)(Tailor&, const Palette&);
  };
  static constexpr std::array<Garment, 12> garments = {{{"sailor", sailor},
                                                        {"shirt", shirt},
                                                        {"blazer", blazer},
                                                        {"turtleneck", turtleneck},
                                                        {"hoodie", hoodie},
                                                        {"kimono", kimono},
                                                        {"dress", dress},
                                                        {"tee", tee},
                                                        {"vest", vest},
                                                        {"coat", coat},
                                                        {"uniform", uniform},
                                                        {"choker", choker}}};
  for (const Garment& garment : garments)
    if (stage.character.design.topwear == garment.name) garment.sew(tailor, stage.palette);
}

}  // namespace sakuga::rig
