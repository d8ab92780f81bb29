// Which shape is seen at each pixel. Internal to rig.
#pragma once

#include "sakuga/rig/drawing.h"
#include "sakuga/rig/render.h"

namespace sakuga::rig {

// For each pixel 1 + the index of the uppermost shape that is nearly opaque there, without antialiasing; 0
// where there is none. Shadows and highlights lie on what they belong to and are left out.
std::vector<uint32_t> id_map(const Drawing& drawing, const Frame& frame);

}  // namespace sakuga::rig
