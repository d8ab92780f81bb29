// Line boil and smears: two habits of drawing by hand, for drawings that look too steady.
#pragma once

#include <cstdint>

#include "sakuga/compose/flow.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// The drawing as if traced again: shifted by a soft random field of up to `strength_px` pixels, a new one for
// each `drawing` number. 0 returns it as it is. Straight alpha. Throws Error(BadRequest) for an empty picture
// or a negative strength.
media::Image line_boil(const media::Image& drawing, double strength_px, uint64_t number);

// The drawing smeared along the plate's motion since the frame before: where that is faster than `from_px`
// pixels a frame, colours are the mean over `length` of the way. `motion` leads from this frame to the one
// before. Straight alpha. 0 returns it as it is. Throws Error(BadRequest) for different sizes or a negative
// length.
media::Image smear(const media::Image& drawing, const Flow& motion, double length, double from_px);

}  // namespace sakuga::compose
