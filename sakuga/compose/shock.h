// Shock filter along the drawing: soft borders between masses become crisp, as a loaded brush leaves them.
#pragma once

#include <opencv2/core.hpp>

#include "sakuga/compose/flow_field.h"

namespace sakuga::compose {

// Each pixel on the dark side of a border takes the darkest, on the light side the lightest colour that is
// found up to `reach_px` across the drawing (Kyprianidis and Kang 2011). `calm` is the curvature of
// lightness, in 0..1, below which nothing changes. Depends on pixels within shock_reach() of each.
cv::Mat4f shocked(const cv::Mat4f& colours, const FlowField& flow, int reach_px, float calm);
int shock_reach(int reach_px);

}  // namespace sakuga::compose
