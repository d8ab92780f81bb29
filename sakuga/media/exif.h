// The three EXIF fields that Sakuga cares about, through libexif. Internal to media.
//
// A block is the TIFF structure without the "Exif\0\0" that JPEG puts before it.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image_file.h"

namespace sakuga::media {

struct Exif {
  int orientation = 1;
  std::string user_comment = {}, description = {};  // UTF-8.
};

// Unreadable blocks give what can be read: EXIF is often damaged by tools, the picture is not.
Exif parse_exif(std::span<const std::byte> block);

// Throws Error(BadRequest) for texts that are not UTF-8 or longer than the 64 KiB of a JPEG segment.
std::vector<std::byte> make_exif(const std::string& user_comment, const std::string& description);

// Metadata as write_image() describes it: "parameters" in UserComment, the rest as JSON in ImageDescription.
std::vector<std::byte> exif_from_metadata(const Metadata& metadata);
Metadata metadata_from_exif(const Exif& exif);

// The JSON object of texts in an ImageDescription, or {"description": text} if it is no such object.
Metadata metadata_from_description(const std::string& description);
std::string description_from_metadata(const Metadata& metadata);

}  // namespace sakuga::media
