// What the painter decides from the whole picture before it paints any part. Internal to the painter.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/painter.h"
#include "sakuga/compose/palette.h"
#include "sakuga/compose/scene.h"

namespace sakuga::compose {

// Levels of the picture: level n has one pixel for 2^n x 2^n of the photo's. Tiles paint levels 1 and 0; the
// coarser ones are small and painted whole.
inline constexpr int kTileLevels = 2;
inline constexpr int kTileGrid = 1 << kTileLevels;

struct PaintPlan {
  PaintOptions options;
  Scene scene;
  float unit_px;     // The picture's measure: 1 in a picture of about a megapixel.
  float radius_px;   // Of the brush, at every level.
  cv::Mat4f masses;  // Painted level 2.
  cv::Mat1f busy;    // How busy the texture is, at level 2, 0..1.
  cv::Mat3f glow;    // On the proxy: light to be added, sRGB.
  ColourTable ground_colours, sky_colours;
};

PaintPlan paint_plan(const media::Image8& photo, const Scene& scene, const PaintOptions& options);

// One level of the brush. `below` is the coarser level's painting at this size, empty for the coarsest.
// Depends on pixels within brush_reach() of each.
cv::Mat4f brush_level(const cv::Mat4f& colours, const cv::Mat4f& below, float radius_px, float detail);
int brush_reach(float radius_px);

// Averages 2 x 2 pixels; the last row and column repeat where the size is odd.
cv::Mat4f halved(const cv::Mat4f& colours);

}  // namespace sakuga::compose
