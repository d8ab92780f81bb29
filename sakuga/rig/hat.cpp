// Hats: shells around the top of the hair.
#include <algorithm>
#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {
namespace {

struct Hatter {
  Stage& stage;
  Part part = Part::Headwear;

  const Shell& shell() const { return stage.hair.shell; }
  Vec2 at(double angle, double y, double grow) const {
    const double a = angle * kPi / 180;
    const Shell& s = shell();
    return stage.head.at({s.radius.x * grow * std::sin(a), y, s.centre.z + s.radius.z * grow * std::cos(a)});
  }
  // A level ring around the head: its near half from the viewer's left to the right.
  std::vector<Vec2> near_half(double y, double grow, double tilt = 0) const {
    std::vector<Vec2> points;
    for (int i = 0; i <= 12; ++i) {
      const double azimuth = lerp(-90, 90, i / 12.0), angle = azimuth - stage.head.yaw() * 180 / kPi;
      points.push_back(at(angle, y - tilt * std::cos(angle * kPi / 180), grow));
    }
    return points;
  }
  Path full_ring(double y, double grow, double tilt = 0) const {
    std::vector<Vec2> points;
    for (int i = 0; i < 24; ++i) {
      const double angle = 15.0 * i;
      points.push_back(at(angle, y - tilt * std::cos(angle * kPi / 180), grow));
    }
    return {closed_curve(points)};
  }
  void paint(const Path& shape, const Ink& ink) {
    stage.drawing.outline(part, shape, ink.line, stage.line * 1.1);
    stage.drawing.fill(part, shape, ink.base);
    if (stage.character.era.tones == 0) return;
    Path shade = shape;
    for (Contour contour : moved(shape, {stage.light.x * 0.20, -0.06})) {
      std::ranges::reverse(contour);
      shade.push_back(contour);
    }
    stage.drawing.shadow(part, shade, ink.shade, stage.drawing.add_clip(shape));
  }
  // A crown over a level ring: its near half, then over the given points from the right to the left.
  Path crown(double y, double grow, double tilt, std::span<const Vec2> over) const {
    std::vector<Vec2> ring = near_half(y, grow, tilt);
    const Vec2 middle = stage.head.at({0, y, shell().centre.z}), right = ring.back(), left = ring.front();
    const double half = length(right - left) / 2;
    for (const Vec2 p : over) ring.push_back(middle + stage.head.rolled({p.x * half, p.y}));
    return {closed_curve(ring, std::array<size_t, 2>{0, 12})};
  }
  void band(double y, double grow, double height, double tilt, const Ink& ink) {
    std::vector<Vec2> ring = near_half(y, grow, tilt);
    auto upper = near_half(y - height, grow * 0.99, tilt);
    ring.insert(ring.end(), upper.rbegin(), upper.rend());
    paint({closed_curve(ring, std::array<size_t, 4>{0, 12, 13, 25})}, ink);
  }
};

void beret(Hatter& h, const Ink& ink, const Ink& trim) {
  const double lean = std::cos(h.stage.head.yaw());
  h.paint(h.crown(-0.66, 0.92, 0,
                  std::vector<Vec2>{{1.12, -.22},
                                    {1.05, -.52},
                                    {.55, -.74},
                                    {.0 + .2 * lean, -.78},
                                    {-.6, -.66},
                                    {-1.12, -.40},
                                    {-1.2, -.12}}),
          ink);
  h.band(-0.62, 0.90, 0.13, 0, trim);
  const Vec2 top = h.stage.head.at({0, -0.66, h.shell().centre.z}) + h.stage.head.rolled({0.1, -0.80});
  h.paint({ellipse(top, 0.06, 0.08)}, ink);
}

void cap(Hatter& h, const Ink& ink, const Ink& trim) {
  h.paint(
      h.crown(
          -0.42, 1.05, 0.06,
          std::vector<Vec2>{
              {1.0, -.30}, {.80, -.66}, {.42, -.86}, {0, -.92}, {-.42, -.86}, {-.80, -.66}, {-1.0, -.30}}),
      ink);
  // The peak points to where the face looks.
  const double seen = smoothstep(-0.5, -0.1, std::cos(h.stage.head.yaw()));
  std::vector<Vec2> peak;
  for (int i = 0; i <= 10; ++i) peak.push_back(h.at(lerp(-62, 62, i / 10.0), -0.46, 1.06));
  for (int i = 10; i >= 0; --i) {
    const double u = lerp(-1, 1, i / 10.0);
    peak.push_back(h.stage.head.at({u * 0.92, -0.34 + 0.02 * u * u, 1.0 + 0.62 * (1 - u * u)}));
  }
  if (seen > 0.5) h.paint({closed_curve(peak, std::array<size_t, 4>{0, 10, 11, 21})}, trim);
}

void straw(Hatter& h, const Ink& ink, const Ink& trim) {
  h.paint(h.full_ring(-0.42, 1.75, 0.10), ink);
  h.paint(
      h.crown(
          -0.46, 1.0, 0.06,
          std::vector<Vec2>{
              {.98, -.30}, {.84, -.62}, {.45, -.78}, {0, -.81}, {-.45, -.78}, {-.84, -.62}, {-.98, -.30}}),
      ink);
  h.band(-0.44, 1.01, 0.20, 0.06, trim);
}

void witch(Hatter& h, const Ink& ink, const Ink& trim) {
  h.paint(h.full_ring(-0.46, 1.62, 0.06), ink);
  h.paint(h.crown(-0.50, 0.96, 0.04,
                  std::vector<Vec2>{{.90, -.30},
                                    {.55, -.80},
                                    {.35, -1.2},
                                    {.62, -1.55},
                                    {.2, -1.5},
                                    {-.25, -1.1},
                                    {-.60, -.70},
                                    {-.92, -.30}}),
          ink);
  h.band(-0.48, 0.97, 0.22, 0.04, trim);
}

void knit(Hatter& h, const Ink& ink, const Ink& trim) {
  h.paint(
      h.crown(
          -0.46, 1.03, 0,
          std::vector<Vec2>{
              {1.0, -.32}, {.82, -.68}, {.42, -.90}, {0, -.96}, {-.42, -.90}, {-.82, -.68}, {-1.0, -.32}}),
      ink);
  h.band(-0.34, 1.05, 0.26, 0, trim);
  const Vec2 top = h.stage.head.at({0, -0.46, h.shell().centre.z}) + h.stage.head.rolled({0, -1.08});
  h.paint({ellipse(top, 0.20, 0.19)}, trim);
}

Ink straw_ink(const Palette& palette) {
  Ink ink = palette.cloth_white;
  const auto tint = [](Colour c) { return Colour{c.r * 0.97, c.g * 0.86, c.b * 0.62, c.a}; };
  return {tint(ink.base), tint(ink.shade), tint(ink.deep), tint(ink.light), {0.45, 0.32, 0.16, 1}};
}

}  // namespace

void draw_hat(Stage& stage) {
  stage.drawing.begin(1);
  const std::string& style = stage.character.design.hat;
  Hatter hatter = {stage};
  const Palette& p = stage.palette;
  if (style == "beret") beret(hatter, p.accent, p.clothes);
  if (style == "cap") cap(hatter, p.clothes, p.accent);
  if (style == "straw") straw(hatter, straw_ink(p), p.accent);
  if (style == "witch") witch(hatter, p.clothes, p.accent);
  if (style == "knit") knit(hatter, p.accent, p.cloth_white);
}

}  // namespace sakuga::rig
