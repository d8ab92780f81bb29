// Flow in files: the .flo format of the Middlebury benchmark (Baker et al. 2011): "PIEH" as a float, width
// and height as 32-bit integers, then x and y of every pixel, all little-endian.
#pragma once

#include <filesystem>

#include "sakuga/compose/flow.h"

namespace sakuga::compose {

// Throws Error(NotFound), and Error(CorruptInput) for what is no .flo file, cut short, longer than its size
// says or not finite.
Flow read_flo(const std::filesystem::path& path);

// Through core::replace_file. Throws Error(BadRequest) for an empty flow or where it cannot be written.
void write_flo(const std::filesystem::path& path, const Flow& flow);

}  // namespace sakuga::compose
