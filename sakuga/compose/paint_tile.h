// One part of the picture, painted. Internal to the painter.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/paint_plan.h"

namespace sakuga::compose {

// How far beyond a part the photo must be known for the part to come out as in the whole: a multiple of
// kTileGrid.
int tile_margin(const PaintPlan& plan);

// `photo` holds the pixels of `part` (margins included) in 0..1, straight alpha; part.x and part.y are
// multiples of kTileGrid. Returns the painting of all of it, of which the margins are not to be used.
cv::Mat4f paint_tile(const PaintPlan& plan, const cv::Mat4f& photo, const cv::Rect& part);

}  // namespace sakuga::compose
