// WebP through libwebp, because OpenImageIO 2.4 premultiplies it and drops its metadata. Internal to media.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image_file.h"
#include "sakuga/media/raster.h"

namespace sakuga::media {

// Throws as image_file.h says.
Raster<uint8_t> decode_webp(std::span<const std::byte> webp, const std::string& name,
                            const ReadLimits& limits);

// The EXIF block, empty if there is none.
std::vector<std::byte> webp_exif(std::span<const std::byte> webp, const std::string& name);

// Lossless, colours under alpha 0 included. Throws Error(BadRequest) for more than 16383 pixels a side.
std::vector<std::byte> encode_webp(const Image8& image, std::span<const std::byte> exif);

}  // namespace sakuga::media
