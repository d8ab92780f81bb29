#include "sakuga/data/prepare.h"

#include "sakuga/core/error.h"
#include "sakuga/data/phash.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {
namespace {

bool is_jpeg(const std::vector<std::byte>& encoded) {
  return encoded.size() > 2 && encoded[0] == std::byte{0xff} && encoded[1] == std::byte{0xd8};
}

// The picture's square, or nothing if a face is wanted and not found.
std::optional<Square> wanted_square(const media::Image8& image, const std::string& name,
                                    const PrepareOptions& options, FaceFinder* faces) {
  if (options.crop == Crop::Centre) return centre_square(image);
  if (options.crop == Crop::Face) {
    const auto face = faces->largest_face(image);
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

Prepared prepare_picture(std::vector<std::byte> encoded, const std::string& name,
                         const PrepareOptions& options, FaceFinder* faces, const media::ReadLimits& limits) {
  media::Image8 image = media::decode_image8(encoded, name, limits);
  std::string sha256 = pixel_sha256(image);
  Prepared prepared = {.picture = {.split = split_of(sha256)}};
  bool changed = false;
  if (options.crop != Crop::None || options.size > 0) {
    const auto square = wanted_square(image, name, options, faces);
    if (!square) return {.has_face = false};
    if (*square != Square{0, 0, image.width} || image.width != image.height) {
      image = cut(std::move(image), *square);
      changed = true;
    }
    if (options.size > 0 && options.size != image.width) {
      prepared.enlarged = options.size > image.width;
      image = media::resize(image, options.size, options.size, media::Filter::Lanczos3);
      changed = true;
    }
  }
  NewPicture& picture = prepared.picture;
  picture.width = image.width;
  picture.height = image.height;
  picture.sha256 = changed ? pixel_sha256(image) : std::move(sha256);
  picture.phash = perceptual_hash(image);
  if (!changed && is_jpeg(encoded)) {
    picture.bytes = std::move(encoded);
  } else {
    encoded = {};  // Before another copy of a large picture is made.
    picture.bytes = media::encode_png(image);
  }
  return prepared;
}

}  // namespace sakuga::data
