// Props: drawn things set into a painted background, in its light and with a shadow where they touch.
#pragma once

#include <string>

#include "sakuga/compose/relight.h"
#include "sakuga/compose/scene.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// Where a prop's foot, the middle of the lowest row that is not transparent, stands in the picture.
struct PropPlace {
  std::string file;
  double x = 0, y = 0;  // Pixels of the picture.
  double scale = 1;     // Of the sprite's pixels.
};

// "sprite.png@640,700,0.5" ; the scale may be left out. Throws Error(BadRequest).
PropPlace parse_prop(const std::string& text);

// Straight alpha, with their places in the picture.
struct Prop {
  media::Image8 figure, shadow;
  int figure_x = 0, figure_y = 0, shadow_x = 0, shadow_y = 0;
};

// `sprite`, read from place.file, set into `painting`: its colours are drawn part of the way to those around
// its place and into the hour of `light`; the shadow falls away from the sun. Throws Error(BadRequest) for a
// sprite without opaque pixels, one that would be larger than 16384 pixels or lies wholly outside the
// picture.
Prop set_prop(const media::Image8& sprite, const PropPlace& place, const media::Image8& painting,
              const LightOptions& light);

}  // namespace sakuga::compose
