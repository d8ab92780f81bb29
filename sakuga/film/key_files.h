// Painted frames as files: which of the plate's frames each one is. Internal to film.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/media/frames.h"

namespace sakuga::film {

constexpr size_t kMostKeys = 12;

struct KeyFile {
  int64_t number = 0;  // Of the plate's frame.
  std::filesystem::path file;
};

// The files that `patterns` (paths, or with * and ? as in a shell) name, by number. Throws Error(NotFound)
// for a pattern without a file, Error(BadRequest) for none at all, more than kMostKeys, a name that does not
// end in a number, two of one number and a number that is not one of the plate's frames.
std::vector<KeyFile> find_keys(const std::vector<std::string>& patterns, const media::FramesInfo& plate);

// The painting, sRGB. Throws as media::read_image(), and Error(BadRequest) unless it is as large as the
// plate.
media::Image read_key(const KeyFile& key, const media::FramesInfo& plate);

}  // namespace sakuga::film
