// Gaussian blur of premultiplied pictures, cheap at any width.
#pragma once

#include "sakuga/compose/transform.h"

namespace sakuga::compose {

// Wide blurs are made on a smaller picture, which nobody can see afterwards. sigma_px 0 returns the picture.
// Throws Error(BadRequest) for an empty picture or a negative sigma.
media::Image blurred(const media::Image& picture, double sigma_px, Edge edge = Edge::Transparent);

}  // namespace sakuga::compose
