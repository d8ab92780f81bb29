// Photoshop documents (.psd, version 1): layers and groups with names, 8 bits, RLE, straight alpha. Written
// after Adobe's "Photoshop File Formats Specification" (2019), for painting and compositing programs that
// read no OpenRaster.
#pragma once

#include <filesystem>

#include "sakuga/media/ora.h"

namespace sakuga::media {

// Writes the document's layers and groups, and the merged picture for programs that show only that. The bytes
// depend on nothing but the arguments; written through core::replace_file. Throws as write_ora(), and
// Error(BadRequest) for a side above 30,000 pixels, which the format cannot have.
void write_psd(const std::filesystem::path& path, const OraDocument& document);

}  // namespace sakuga::media
