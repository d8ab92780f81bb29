// The band where figure and screen meet: alpha and the figure's own colour, tile by tile.
//
// 1. Video stores colour at half its resolution: in small windows Cb' and Cr' are fitted as lines of luma,
// itself
//    blurred as they are, and redrawn from the sharp luma as far as the line fits (He, Sun and Tang, "Guided
//    image filtering", 2010, with the missing blur put in). The gamma-encoded values are used: those were
//    averaged.
// 2. Alpha is one less the pixel's share of the screen.
// 3. What is left after the screen is taken off, c - (1 - alpha) B, is blurred and divided by blurred alpha:
// the
//    figure's colour around. F = that + alpha (c - alpha that - (1 - alpha) B) (Forte, "Approximate fast
//    foreground colour estimation", 2021, with B known).
// Internal to the keyer.
#pragma once

#include <vector>

#include "sakuga/compose/linear_planes.h"
#include "sakuga/compose/matte_core.h"
#include "sakuga/compose/plate_field.h"

namespace sakuga::compose {

// How a share of the screen becomes alpha.
struct KeyCurve {
  float narrowness = 0.577f;  // 1 / tan(acceptance / 2).
  float lift = 0, gain = 1;
  float despill = 1, despill_narrowness = 0.577f;
};

struct EdgeContext {
  const media::Image* plate = nullptr;
  const LinearPlanes* planes = nullptr;
  const PlateField* field = nullptr;
  const CoreMasks* masks = nullptr;
  const GridField* inside = nullptr;  // Given masks, of one pixel's cells; may be null.
  const GridField* outside = nullptr;
  KeyCurve curve;
  bool refine = true, sharpen_colour = true;
  int fit_radius = 3, colour_radius = 5;
  int solid_radius = 2;  // What is this far from any screen is certainly figure.
};

inline constexpr int kTile = 32;

// Solves tiles; one for each thread.
class EdgeSolver {
 public:
  EdgeSolver();

  // Writes the pixels of the tile whose upper left one is (left, top) into `keyed`.
  void solve(const EdgeContext& context, int left, int top, media::Image& keyed);

 private:
  static constexpr int kMargin = 10;
  static constexpr int kSide = kTile + 2 * kMargin;
  using Plane = std::vector<float>;

  void load(const EdgeContext& context);
  void sharpen_colour(const EdgeContext& context);
  void find_alpha(const EdgeContext& context);
  void fit_lines(const EdgeContext& context);
  void apply_masks(const EdgeContext& context);
  void find_figure(const EdgeContext& context);
  void store(const EdgeContext& context, int left, int top, media::Image& keyed) const;

  int x0_ = 0, y0_ = 0, width_ = 0, height_ = 0;  // The window, inside the frame.
  Plane r_, g_, b_;                               // The plate, linear light.
  Plane screen_r_, screen_g_, screen_b_, cb_, cr_, luma_;
  Plane share_, trust_;  // Of the screen, not clamped; and of the colour line.
  std::vector<int> nearest_;
  Plane alpha_, figure_r_, figure_g_, figure_b_;
  std::vector<Plane> work_;
};

}  // namespace sakuga::compose
