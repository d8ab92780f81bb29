// What a stylising job remembers between runs. Internal to film.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/film/key_files.h"
#include "sakuga/film/stylise.h"

namespace sakuga::film {

class StyliseJob {
 public:
  // Reads all inputs once for their digests. Makes OUT's folder NAME.stylise. Throws Error(BadRequest) if OUT
  // would replace an input or its folder cannot be made.
  StyliseJob(const StyliseRequest& request, const std::vector<KeyFile>& keys, const media::FramesInfo& plate);

  std::filesystem::path file(const std::string& name) const { return folder_ / name; }
  const std::string& learn_digest() const { return learn_digest_; }

  // How many frames from the first on are already drawn and may be kept. Those of another job are removed.
  int64_t drawn_frames(int64_t first_number, int64_t count) const;

 private:
  void refuse_inputs(const StyliseRequest& request, const std::vector<KeyFile>& keys,
                     const media::FramesInfo& plate) const;
  std::filesystem::path frame_file(int64_t number) const;  // Empty if OUT is a film.

  std::filesystem::path output_, folder_;
  std::string learn_digest_, draw_digest_;
};

// Of a film or still its bytes, of a sequence the bytes of all its files.
std::string digest_of_frames(const std::filesystem::path& path, const media::FramesInfo& info);

}  // namespace sakuga::film
