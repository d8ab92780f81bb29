#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/exif.h"
#include "sakuga/media/image_file.h"
#include "sakuga/media/jpeg.h"
#include "sakuga/media/png.h"
#include "sakuga/media/webp.h"

namespace sakuga::media {
namespace {

using core::ErrorKind;
using core::fail;

constexpr int kJpegQuality = 95;
constexpr int kPngLevel = 4;  // Zlib's: up to a half of the usual 6's time, 5 to 7 % more bytes.
// Without a date, OpenImageIO writes today's into TIFF and EXR, and no two files would be equal.
constexpr const char* kDate = "1970:01:01 00:00:00";

void check_pixels(int width, int height, size_t samples, size_t expected) {
  if (width < 1 || height < 1 || samples != expected) {
    fail(ErrorKind::BadRequest, "write: expected a picture of at least 1x1 pixels, got {}x{} and {} samples",
         width, height, samples);
  }
}

void check(const Image8& image) {
  const bool channels = image.channels >= 1 && image.channels <= 4;
  check_pixels(image.width, image.height, image.bytes.size(),
               channels ? size_t(image.width) * image.height * image.channels : 0);
}

void check(const Image& image) {
  check_pixels(image.width, image.height, image.pixels.size(), size_t(image.width) * image.height);
}

std::vector<std::byte> encode(const char* format, OIIO::ImageSpec spec, OIIO::TypeDesc type,
                              const void* samples) {
  std::vector<unsigned char> bytes;
  OIIO::Filesystem::IOVecOutput memory(bytes);
  const auto output = OIIO::ImageOutput::create(format);
  if (!output) fail(ErrorKind::Internal, "write: OpenImageIO has no {} writer: {}", format, OIIO::geterror());
  // Otherwise OpenImageIO takes the alpha for premultiplied.
  spec.attribute("oiio:UnassociatedAlpha", 1);
  if (!output->set_ioproxy(&memory) || !output->open(std::string("picture.") + format, spec) ||
      !output->write_image(type, samples) || !output->close()) {
    fail(ErrorKind::Internal, "write: OpenImageIO could not write {}: {}", format, output->geterror());
  }
  const auto* first = reinterpret_cast<const std::byte*>(bytes.data());
  return {first, first + bytes.size()};
}

OIIO::ImageSpec spec_of(int width, int height, int channels, OIIO::TypeDesc type) {
  OIIO::ImageSpec spec(width, height, channels, type);
  if (channels == 2) spec.channelnames = {"Y", "A"};
  if (channels % 2 == 0) spec.alpha_channel = channels - 1;
  spec.attribute("png:compressionLevel", kPngLevel);
  return spec;
}

// Clamped, NaN as 0: what 16 bits can hold.
std::vector<float> srgb_samples(const Image& image) {
  const Image srgb = converted(image, Transfer::Srgb);
  std::vector<float> samples;
  samples.reserve(srgb.pixels.size() * 4);
  for (const Rgba& pixel : srgb.pixels) {
    for (const float value : {pixel.r, pixel.g, pixel.b, pixel.a}) {
      samples.push_back(value > 0 ? std::min(value, 1.0f) : 0);
    }
  }
  return samples;
}

std::vector<std::byte> encode_deep_png(const Image& image, const Metadata& metadata) {
  const auto spec = spec_of(image.width, image.height, 4, OIIO::TypeDesc::UINT16);
  return with_png_texts(encode("png", spec, OIIO::TypeDesc::FLOAT, srgb_samples(image).data()), metadata);
}

std::vector<std::byte> encode_tiff(OIIO::ImageSpec spec, OIIO::TypeDesc type, const void* samples,
                                   const Metadata& metadata) {
  if (!metadata.empty()) spec.attribute("ImageDescription", description_from_metadata(metadata));
  spec.attribute("compression", "zip");
  spec.attribute("DateTime", kDate);
  return encode("tiff", spec, type, samples);
}

std::vector<std::byte> encode_exr(const Image& image, const Metadata& metadata) {
  Image linear = converted(image, Transfer::Linear);
  for (Rgba& pixel : linear.pixels) {
    pixel = {.r = pixel.r * pixel.a, .g = pixel.g * pixel.a, .b = pixel.b * pixel.a, .a = pixel.a};
  }
  auto spec = spec_of(image.width, image.height, 4, OIIO::TypeDesc::HALF);
  for (const auto& [key, text] : metadata) spec.attribute(key, text);
  spec.attribute("compression", "zip");
  spec.attribute("DateTime", kDate);
  return encode("openexr", spec, OIIO::TypeDesc::FLOAT, linear.pixels.data());
}

std::vector<std::byte> exif_or_nothing(const Metadata& metadata) {
  return metadata.empty() ? std::vector<std::byte>() : exif_from_metadata(metadata);
}

bool is_opaque(const Image& image) {
  return std::all_of(image.pixels.begin(), image.pixels.end(),
                     [](const Rgba& pixel) { return pixel.a >= 1; });
}

Image8 without_alpha(const Image8& rgba) {
  Image8 rgb(rgba.width, rgba.height, 3);
  for (size_t i = 0; i < rgb.bytes.size(); ++i) rgb.bytes[i] = rgba.bytes[i / 3 * 4 + i % 3];
  return rgb;
}

[[noreturn]] void fail_extension(const std::filesystem::path& path, const char* expected) {
  fail(ErrorKind::BadRequest, "write: {}: expected a name that ends in {}, got {}", path.string(), expected,
       path.has_extension() ? path.extension().string() : "no extension");
}

std::string extension_of(const std::filesystem::path& path) {
  std::string extension = path.extension().string();
  for (char& letter : extension) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return extension;
}

static_assert(sizeof(Rgba) == 4 * sizeof(float), "pixels go to OpenImageIO as they lie in memory");

}  // namespace

std::vector<std::byte> encode_png(const Image8& image, const Metadata& metadata) {
  check(image);
  const auto spec = spec_of(image.width, image.height, image.channels, OIIO::TypeDesc::UINT8);
  return with_png_texts(encode("png", spec, OIIO::TypeDesc::UINT8, image.bytes.data()), metadata);
}

std::vector<std::byte> encode_jpeg(const Image8& image, int quality, const Metadata& metadata) {
  check(image);
  if (image.channels % 2 == 0) {
    fail(ErrorKind::BadRequest, "write: JPEG has no alpha; write PNG or WebP, or flatten the picture first");
  }
  if (quality < 1 || quality > 100) {
    fail(ErrorKind::BadRequest, "write: expected a JPEG quality from 1 to 100, got {}", quality);
  }
  auto spec = spec_of(image.width, image.height, image.channels, OIIO::TypeDesc::UINT8);
  spec.attribute("compression", fmt::format("jpeg:{}", quality));
  spec.attribute("jpeg:subsampling", quality >= 90 ? "4:4:4" : "4:2:0");
  std::vector<std::byte> jpeg = encode("jpeg", spec, OIIO::TypeDesc::UINT8, image.bytes.data());
  return metadata.empty() ? jpeg : with_jpeg_exif(jpeg, exif_from_metadata(metadata));
}

void write_image(const std::filesystem::path& path, const Image8& image, const Metadata& metadata) {
  check(image);
  const std::string extension = extension_of(path);
  if (extension == ".png") {
    core::write_file(path, encode_png(image, metadata));
  } else if (extension == ".jpg" || extension == ".jpeg") {
    core::write_file(path, encode_jpeg(image, kJpegQuality, metadata));
  } else if (extension == ".webp") {
    core::write_file(path, encode_webp(image, exif_or_nothing(metadata)));
  } else if (extension == ".tif" || extension == ".tiff") {
    const auto spec = spec_of(image.width, image.height, image.channels, OIIO::TypeDesc::UINT8);
    core::write_file(path, encode_tiff(spec, OIIO::TypeDesc::UINT8, image.bytes.data(), metadata));
  } else {
    fail_extension(path, ".png, .jpg, .webp or .tif");
  }
}

void write_image(const std::filesystem::path& path, const Image& image, const Metadata& metadata) {
  check(image);
  const std::string extension = extension_of(path);
  if (extension == ".png") {
    core::write_file(path, encode_deep_png(image, metadata));
  } else if (extension == ".exr") {
    core::write_file(path, encode_exr(image, metadata));
  } else if (extension == ".tif" || extension == ".tiff") {
    const auto spec = spec_of(image.width, image.height, 4, OIIO::TypeDesc::UINT16);
    core::write_file(path, encode_tiff(spec, OIIO::TypeDesc::FLOAT, srgb_samples(image).data(), metadata));
  } else if (extension == ".jpg" || extension == ".jpeg") {
    const Image8 rgba = to_image8(image);
    write_image(path, is_opaque(image) ? without_alpha(rgba) : rgba, metadata);
  } else if (extension == ".webp") {
    write_image(path, to_image8(image), metadata);
  } else {
    fail_extension(path, ".png, .exr, .tif, .jpg or .webp");
  }
}

}  // namespace sakuga::media
