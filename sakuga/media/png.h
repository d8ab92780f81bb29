// PNG files (PNG specification, third edition): the pixels through libpng, because OpenImageIO lets it print
// its errors, and the chunks around them. Internal to media.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image_file.h"
#include "sakuga/media/raster.h"

namespace sakuga::media {

struct PngChunk {
  std::string type;
  std::span<const std::byte> data;  // Into the file's bytes.
};

// All chunks up to IEND. Throws Error(CorruptInput) if the file ends early.
std::vector<PngChunk> png_chunks(std::span<const std::byte> png, const std::string& name);

// The pixels of any kind of PNG; palettes become colours, few bits become 8 (or float). The profile and
// the orientation are in the raster. Throws as image_file.h says.
Raster<uint8_t> decode_png8(std::span<const std::byte> png, const std::string& name,
                            const ReadLimits& limits);
Raster<float> decode_png(std::span<const std::byte> png, const std::string& name, const ReadLimits& limits);

// The ICC profile of an iCCP chunk, empty if there is none. Throws Error(CorruptInput) for a damaged one.
std::vector<std::byte> png_profile(const std::vector<PngChunk>& chunks, const std::string& name);

// The texts of tEXt, zTXt and iTXt chunks, as UTF-8. Throws Error(CorruptInput) for a damaged one.
Metadata png_texts(const std::vector<PngChunk>& chunks, const std::string& name);

// `png` with a text chunk for each entry, before the pixels. Throws Error(BadRequest) for keys that PNG
// cannot have: 1 to 79 printable ASCII characters.
std::vector<std::byte> with_png_texts(std::span<const std::byte> png, const Metadata& metadata);

}  // namespace sakuga::media
