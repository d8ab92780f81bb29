// A folder of finished frames, each in a file named after everything that it depends on.
//
// A frame is written whole or not at all, so a killed render leaves only good ones. The format is made for
// speed (half-float RGBA, bytes sorted by their place and packed by zstd with its checksum) and is nobody's
// business but the cache's: `--stage` writes pictures that other programs read.
#pragma once

#include <filesystem>
#include <set>
#include <string>

#include "sakuga/media/image.h"

namespace sakuga::film {

class FrameStore {
 public:
  // Makes the folder. Throws Error(BadRequest) if that is impossible.
  explicit FrameStore(std::filesystem::path folder);

  bool has(const std::string& id) const;

  // The frame as put() has rounded it. Throws Error(CorruptInput) for a damaged file, which is removed, so
  // that the next render makes it anew.
  media::Image get(const std::string& id) const;

  // Throws Error(BadRequest) for a full disk.
  void put(const std::string& id, const media::Image& image);

  // Removes all frames but these.
  void keep_only(const std::set<std::string>& ids);

 private:
  std::filesystem::path file(const std::string& id) const { return folder_ / (id + ".frame"); }

  std::filesystem::path folder_;
};

}  // namespace sakuga::film
