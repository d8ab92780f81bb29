// A drawing as a layered document for painting programs: a group for each part (back_hair, neck, face, eye_l,
// ...), in it the part's fill, shadow, highlight and line.
#pragma once

#include "sakuga/media/ora.h"
#include "sakuga/rig/render.h"

namespace sakuga::rig {

media::OraDocument document_of(const std::vector<Layer>& layers, int width, int height);

// Writes .ora or .psd, by extension. Throws Error(BadRequest) for another extension, and if the file exists
// unless `force`.
void write_layers(const std::filesystem::path& path, const std::vector<Layer>& layers, int width, int height,
                  bool force);

}  // namespace sakuga::rig
