// The figure cut out of the plate (compose/key.h). Internal to film.
#pragma once

#include <memory>

#include "sakuga/film/shot.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

class KeyingStage : public Stage {
 public:
  KeyingStage(const KeyStage& options, Frames& plate, int64_t frames, const std::filesystem::path& cache);

  std::string id(int64_t frame) override;
  void make(const std::vector<int64_t>& frames, const std::function<void()>& done) override;

 private:
  KeyStage options_;
  Frames& plate_;
  std::vector<int64_t> surveyed_;  // Frames from which the screen is found.
  std::string base_;               // Digest of options and surveyed frames.
};

}  // namespace sakuga::film
