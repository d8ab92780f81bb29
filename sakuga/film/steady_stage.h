// The drawings without flicker (compose/steady.h). Internal to film.
#pragma once

#include "sakuga/film/shot.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

// What a drawing becomes depends on the drawings before and after it, so any change redoes the whole stage;
// after a kill the frames that are there are kept, though the work on them is done again for the sake of the
// rest.
class SteadyingStage : public Stage {
 public:
  SteadyingStage(const SteadyStage& options, Frames& drawings, Frames& plate, int64_t frames,
                 const std::filesystem::path& cache);

  std::string id(int64_t frame) override;
  std::vector<int64_t> needs(const std::vector<int64_t>& frames) override;
  void make(const std::vector<int64_t>& frames, const std::function<void()>& done) override;

 private:
  // First frame of the hold that `frame` belongs to.
  int64_t hold_of(int64_t frame);
  // Last frame that must be pushed for `frame` to come out.
  int64_t last_needed(int64_t frame);

  SteadyStage options_;
  Frames& drawings_;
  Frames& plate_;
  int64_t frames_;
  std::string base_;            // Digest of options and every drawing and plate.
  std::vector<int64_t> holds_;  // Of each frame, from 1.
};

}  // namespace sakuga::film
