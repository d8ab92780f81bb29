#include "sakuga/data/prepare.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "sakuga/core/error.h"
#include "sakuga/data/phash.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {
namespace {

bool begins(const std::vector<std::byte>& encoded, std::string_view mark) {
  return encoded.size() >= mark.size() && std::memcmp(encoded.data(), mark.data(), mark.size()) == 0;
}

constexpr std::string_view kPng = "\x89PNG\r\n\x1a\n", kJpeg = "\xff\xd8\xff", kWebP = "RIFF",
                           kExr = "\x76\x2f\x31\x01";

// The most memory that media/ takes while it decodes a file, beside the file.
struct DecodeCost {
  int64_t bytes_a_pixel = 4;
  int64_t more = 64 << 20;  // OpenImageIO reads bands of 64 MiB, or the whole if that is less.
};

DecodeCost cost_of(const std::vector<std::byte>& encoded) {
  constexpr size_t kColourType = 25;  // In a PNG's header.
  if (begins(encoded, kPng) && encoded.size() > kColourType) {
    const int type = std::to_integer<int>(encoded[kColourType]);
    return {.bytes_a_pixel = type == 0 ? 1 : type == 2 ? 3 : 4, .more = 0};
  }
  if (begins(encoded, kJpeg)) return {.bytes_a_pixel = 3};
  if (begins(encoded, kWebP)) return {.bytes_a_pixel = 8, .more = 0};  // libwebp keeps four of its own.
  return {.bytes_a_pixel = begins(encoded, kExr) ? 40 : 4};
}

// The picture's square, or nothing if a face is wanted and not found.
std::optional<Square> wanted_square(const media::Image8& image, const std::string& name,
                                    const PrepareOptions& options, const FaceSearch& face_of) {
  if (options.crop == Crop::Centre) return centre_square(image);
  if (options.crop == Crop::Face) {
    const auto face = face_of(image);
    return face ? std::optional(portrait_square(*face)) : std::nullopt;
  }
  if (image.width != image.height) {
    core::fail(core::ErrorKind::BadRequest,
               "import: {} is {} x {}: making it a square of {} needs --crop centre or face", name,
               image.width, image.height, options.size);
  }
  return centre_square(image);
}

}  // namespace

media::ReadLimits decode_limits(const std::vector<std::byte>& encoded, int64_t budget) {
  const DecodeCost cost = cost_of(encoded);
  const int64_t left = std::max<int64_t>(0, budget - static_cast<int64_t>(encoded.size()));
  return {.max_pixels = std::max(left / 2, left - cost.more) / cost.bytes_a_pixel};
}

Prepared prepare_picture(std::vector<std::byte> encoded, const std::string& name,
                         const PrepareOptions& options, const FaceSearch& face_of,
                         const media::ReadLimits& limits) {
  media::Image8 image = media::decode_image8(encoded, name, limits);
  std::string sha256 = pixel_sha256(image);
  Prepared prepared = {.picture = {.split = split_of(sha256)}};
  const bool makes_square = options.crop != Crop::None || options.size > 0;
  const Square whole = {.side = image.width};
  const auto square = makes_square ? wanted_square(image, name, options, face_of) : whole;
  if (!square) return {.has_face = false};
  const bool cropped = makes_square && (*square != whole || image.width != image.height);
  const bool resized = options.size > 0 && options.size != square->side;
  const bool kept = !cropped && !resized && (begins(encoded, kJpeg) || begins(encoded, kPng));
  if (!kept) encoded = {};  // Before a large picture takes more memory.
  if (cropped) image = cut(std::move(image), *square);
  if (resized) {
    prepared.enlarged = options.size > image.width;
    image = media::resize(std::move(image), options.size, options.size, media::Filter::Lanczos3);
  }
  NewPicture& picture = prepared.picture;
  picture.width = image.width;
  picture.height = image.height;
  picture.sha256 = cropped || resized ? pixel_sha256(image) : std::move(sha256);
  picture.phash = perceptual_hash(image);
  picture.bytes = kept ? std::move(encoded) : media::encode_png(image);
  return prepared;
}

}  // namespace sakuga::data
