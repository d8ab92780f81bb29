// The band where figure and screen meet: alpha and the figure's own colour, tile by tile.
//
// 1. Video stores colour at half its resolution: in small windows Cb' and Cr' are fitted as lines of luma,
//    itself blurred as they are, and redrawn from the sharp luma as far as the line fits (He, Sun and Tang,
//    "Guided image filtering", 2010, with the missing blur put in). The gamma-encoded values are used: those
//    were averaged.
// 2. Alpha is where the pixel lies between the screen and the figure's colour around (see colour_line.h), as
//    far as it lies on that line; else one less its share of the screen.
// 3. The figure's colour is what is left of the pixel without its part of the screen; where alpha is small,
//    so that little is left but noise, the figure's colour around joins in.
// Internal to the keyer.
#pragma once

#include <vector>

#include "sakuga/compose/figure_field.h"
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
  const FigureField* figure = nullptr;
  const GridField* inside = nullptr;  // Given masks, of one pixel's cells; may be null.
  const GridField* outside = nullptr;
  KeyCurve curve;
  bool refine = true, sharpen_colour = true;
  int fit_radius = 3;
};

inline constexpr int kTile = 32;

// Solves tiles; one for each thread.
class EdgeSolver {
 public:
  EdgeSolver();

  // Writes the pixels of the tile whose upper left one is (left, top) into `keyed`.
  void solve(const EdgeContext& context, int left, int top, media::Image& keyed);

 private:
  static constexpr int kMargin = 6;
  static constexpr int kSide = kTile + 2 * kMargin;
  using Plane = std::vector<float>;

  void load(const EdgeContext& context);
  void sharpen_colour(const EdgeContext& context);
  void find_alpha(const EdgeContext& context);
  void apply_masks(const EdgeContext& context);
  void find_figure();
  void store(const EdgeContext& context, int left, int top, media::Image& keyed) const;

  int x0_ = 0, y0_ = 0, width_ = 0, height_ = 0;  // The window, inside the frame.
  Plane r_, g_, b_;                               // The plate, linear light.
  Plane screen_r_, screen_g_, screen_b_, cb_, cr_, luma_;
  Plane near_r_, near_g_, near_b_;  // The figure's colour around.
  Plane share_, trust_;             // Of the screen, not clamped; and of the colour line.
  Plane alpha_, figure_r_, figure_g_, figure_b_;
  std::vector<Plane> work_;
};

}  // namespace sakuga::compose
