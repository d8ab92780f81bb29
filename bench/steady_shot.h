// A synthetic plate whose motion is known exactly: a photo, panned and slowly turned by the camera, and in
// front of it a figure that walks, turns and comes nearer.
#pragma once

#include <filesystem>
#include <functional>

#include "sakuga/compose/warp_error.h"
#include "sakuga/media/image.h"

namespace sakuga::bench {

struct Shot {
  int width = 640, height = 360, frames = 48;
};

// Calls `take` with every frame, from the first, and its true correspondence with the next (for the last
// frame with an empty one). Pixels are occluded, too, where photo and figure are mixed, since they then move
// two ways at once.
void draw_shot(const std::filesystem::path& photo, const std::filesystem::path& figure, const Shot& shot,
               const std::function<void(const media::Image&, const compose::Correspondence&)>& take);

}  // namespace sakuga::bench
