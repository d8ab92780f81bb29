#include "sakuga/film/key_files.h"

#include <glob.h>

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {

using core::ErrorKind;
using core::fail;

namespace {

std::vector<std::filesystem::path> files_of(const std::string& pattern) {
  if (std::filesystem::exists(pattern)) return {pattern};
  glob_t found{};
  std::vector<std::filesystem::path> files;
  if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
    for (size_t i = 0; i < found.gl_pathc; ++i) files.emplace_back(found.gl_pathv[i]);
  ::globfree(&found);
  if (files.empty()) fail(ErrorKind::NotFound, "stylise: no painted frame {}", pattern);
  return files;
}

}  // namespace

std::vector<KeyFile> find_keys(const std::vector<std::string>& patterns, const media::FramesInfo& plate) {
  std::vector<KeyFile> keys;
  for (const auto& pattern : patterns)
    for (const auto& file : files_of(pattern)) {
      const auto number = media::frame_number_of(file);
      if (!number)
        fail(ErrorKind::BadRequest,
             "stylise: expected the name of a painted frame to end in the plate's frame number "
             "(key.000012.png), "
             "got {}",
             file.string());
      const int64_t first = plate.first_number, last = first + plate.count - 1;
      if (*number < first || (plate.count > 0 && *number > last))
        fail(ErrorKind::BadRequest, "stylise: {} is of frame {}, but the plate has frames {} to {}",
             file.string(), *number, first, last);
      keys.push_back({*number, file});
    }
  if (keys.empty())
    fail(ErrorKind::BadRequest, "stylise: no painted frames, expected 1 to {} (--keys)", kMostKeys);
  if (keys.size() > kMostKeys)
    fail(ErrorKind::BadRequest, "stylise: {} painted frames, expected at most {}", keys.size(), kMostKeys);
  std::sort(keys.begin(), keys.end(), [](const auto& a, const auto& b) { return a.number < b.number; });
  for (size_t i = 1; i < keys.size(); ++i)
    if (keys[i].number == keys[i - 1].number)
      fail(ErrorKind::BadRequest, "stylise: {} and {} are of the same frame {}", keys[i - 1].file.string(),
           keys[i].file.string(), keys[i].number);
  return keys;
}

media::Image read_key(const KeyFile& key, const media::FramesInfo& plate) {
  auto painting = media::converted(media::read_image(key.file), media::Transfer::Srgb);
  if (painting.width != plate.width || painting.height != plate.height)
    fail(ErrorKind::BadRequest, "stylise: {} is {}x{}, but the plate is {}x{}; paint at the plate's size",
         key.file.string(), painting.width, painting.height, plate.width, plate.height);
  return painting;
}

}  // namespace sakuga::film
