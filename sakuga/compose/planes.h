// A painting cut into sky, far and near.
#pragma once

#include "sakuga/compose/scene.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// Empty pictures for planes that the painting does not have. The lowest plane is opaque. Laid over one
// another they are the painting again, give or take the rounding of soft edges.
struct Planes {
  media::Image8 sky;   // RGB, without the ground: its gradient goes on below.
  media::Image8 far;   // RGBA, or RGB without sky; what the near plane hides is filled from around.
  media::Image8 near;  // RGBA.
};

// `painting` (RGB) of the photo that `scene` belongs to.
Planes planes_of(const media::Image8& painting, const Scene& scene);

}  // namespace sakuga::compose
