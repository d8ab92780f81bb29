// The figure as drawings: classical cels. Internal to film.
#pragma once

#include "sakuga/film/shot.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

class StylisingStage : public Stage {
 public:
  // `figure` is the plate with its own alpha.
  StylisingStage(const Shot& shot, Frames& figure, int64_t frames, const std::filesystem::path& cache);

  std::string id(int64_t frame) override;
  std::vector<int64_t> needs(const std::vector<int64_t>& frames) override;
  void make(const std::vector<int64_t>& frames, const std::function<void()>& done) override;

 private:
  int64_t drawing_of(int64_t frame) const { return plan_.at(size_t(frame - 1)); }

  StyliseStage options_;
  Frames& figure_;
  std::vector<int64_t> plan_;  // Of each frame, from 1, the one that is drawn.
  std::string base_;           // Digest of what all drawings depend on.
};

}  // namespace sakuga::film
