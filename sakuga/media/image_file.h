// Still pictures in files and in memory: PNG, JPEG, WebP, TIFF and EXR.
//
// The content decides the format when reading, the extension when writing. What comes in is turned
// upright (EXIF orientation), converted to sRGB if it carries another ICC profile, and keeps its alpha,
// straight. Without a profile 8- and 16-bit pictures are taken as sRGB and EXR as linear; gamma chunks
// are ignored.
//
// Input is not trusted. Everything here throws Error(CorruptInput) for bytes that are no picture or a
// damaged one, Error(Unsupported) for animations, several pages, CMYK and other formats (each said), and
// Error(BadRequest) beyond the limits, which are looked at before any pixel is decoded.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::media {

struct ReadLimits {
  int64_t max_pixels = 100'000'000;
  int64_t max_bytes = int64_t{1} << 30;  // Of the encoded picture.
};

// Texts that travel with a picture, UTF-8: "parameters" in the layout of other image generators,
// "sakuga" (JSON) and whatever else. PNG: iTXt or tEXt chunks of these names; EXR and TIFF... see
// write_image().
using Metadata = std::map<std::string, std::string>;

// The picture with as many channels as it has. Throws also Error(NotFound) if there is no such file.
Image8 read_image8(const std::filesystem::path& path, ReadLimits limits = {});

// What a picture file says of itself, without decoding its pixels.
struct StillInfo {
  int width = 0, height = 0;  // Upright.
  bool alpha = false, floating = false;
  int bits = 8;             // Of a channel.
  std::string format = {};  // "png", "openexr", ...
};
StillInfo read_still_info(const std::filesystem::path& path);

// From memory; `name` is what error messages call it.
Image8 decode_image8(std::span<const std::byte> encoded, const std::string& name, ReadLimits limits = {});

// In full precision: Transfer::Linear for EXR and float TIFF, else Srgb. Straight alpha.
Image read_image(const std::filesystem::path& path, ReadLimits limits = {});

// PNG bytes that depend on nothing but the arguments.
std::vector<std::byte> encode_png(const Image8& image, const Metadata& metadata = {});

// JPEG bytes, `quality` from 1 to 100, full chroma resolution from quality 90 on. Throws
// Error(BadRequest) for a picture with alpha.
std::vector<std::byte> encode_jpeg(const Image8& image, int quality = 95, const Metadata& metadata = {});

// Writes by extension: .png, .jpg, .jpeg (quality 95), .webp (lossless), .tif, .tiff, and .exr for Image
// only. Image gives 16-bit PNG and TIFF, half-float EXR (converted to linear light, premultiplied as
// EXR demands) and 8-bit JPEG and WebP. JPEG and WebP keep metadata as EXIF: "parameters" is the
// UserComment, the others are a JSON object in ImageDescription; TIFF keeps all as that object; EXR has
// string attributes of these names. Written through core::replace_file. Throws Error(BadRequest) for an
// unknown extension or an empty picture.
void write_image(const std::filesystem::path& path, const Image8& image, const Metadata& metadata = {});
void write_image(const std::filesystem::path& path, const Image& image, const Metadata& metadata = {});

// The texts in a picture file; empty if there are none.
Metadata read_metadata(const std::filesystem::path& path);

}  // namespace sakuga::media
