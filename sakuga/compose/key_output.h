// What of a keyed frame is written: the outputs that keyers usually have.
#pragma once

#include <string>

#include "sakuga/media/image.h"

namespace sakuga::compose {

enum class KeyOutput {
  Intermediate,     // The plate's own colours with the matte as alpha: for a keyer or despill further on.
  Premultiplied,    // The figure's colours times alpha, in linear light.
  Unpremultiplied,  // The figure's colours, straight, and alpha.
  Composite,        // Over a background; opaque.
  Matte,            // Alpha as grey that keeps its value in linear light; opaque.
};

// By their lower-case names. Throws Error(BadRequest).
KeyOutput key_output(const std::string& name);

// Turns `keyed` (as Keyer gives it) into the output. `background` is linear or sRGB; if it is empty, a
// Composite is over a grey checkerboard. Throws Error(BadRequest) for a plate or background of another size.
void apply_output(KeyOutput output, const media::Image& plate, const media::Image& background,
                  media::Image& keyed);

}  // namespace sakuga::compose
