// One picture on its way into a dataset: decode, crop, resize, hash, encode.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sakuga/data/crop.h"
#include "sakuga/data/dataset.h"
#include "sakuga/media/image_file.h"

namespace sakuga::data {

enum class Crop { None, Centre, Face };

struct PrepareOptions {
  Crop crop = Crop::None;
  int size = 0;  // 0 leaves the size as it is.
};

struct Prepared {
  NewPicture picture = {};  // Without tags and origin.
  bool has_face = true;     // If not, nothing else is set.
  bool enlarged = false;
};

// How many pixels of this file can be decoded beside it within `budget` bytes of memory.
media::ReadLimits decode_limits(const std::vector<std::byte>& encoded, int64_t budget);

// `encoded` is a picture file called `name`, and is used up. `face_of` is needed for Crop::Face. PNG and JPEG
// files are kept as they are if neither crop nor size changes the picture; all others become PNG. Throws as
// media::decode_image8(), and Error(BadRequest) if a picture that is not square is to be made one without a
// crop.
Prepared prepare_picture(std::vector<std::byte> encoded, const std::string& name,
                         const PrepareOptions& options, const FaceSearch& face_of,
                         const media::ReadLimits& limits);

}  // namespace sakuga::data
