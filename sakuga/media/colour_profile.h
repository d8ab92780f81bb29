// From the colours of an ICC profile to sRGB, through Little CMS. Internal to media.
#pragma once

#include <string>

#include "sakuga/media/raster.h"

namespace sakuga::media {

// Converts the samples in place (relative colorimetric with black point compensation) and drops the
// profile; alpha is left alone. Profiles that differ from sRGB by less than 3 of 255 levels change nothing.
// Grey stays grey. Throws Error(CorruptInput) for a profile that cannot be read or fits other pixels.
void profile_to_srgb(Raster<uint8_t>& raster, const std::string& name);
void profile_to_srgb(Raster<float>& raster, const std::string& name);

}  // namespace sakuga::media
