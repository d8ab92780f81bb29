// Colours as people write them.
#pragma once

#include <string>

#include "sakuga/media/image.h"

namespace sakuga::compose {

// "#ff8040" or "#f84" (sRGB), or with alpha "#ff804080", in linear light, straight. Throws Error(BadRequest)
// "name: ..." for anything else.
media::Rgba linear_colour(const std::string& name, const std::string& text);

}  // namespace sakuga::compose
