// The figure as drawings: classical cels, the artist's key frames carried on, or a picture model. Internal to
// film.
#pragma once

#include <map>
#include <memory>

#include "sakuga/film/digest.h"
#include "sakuga/film/figure.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

class StylisingStage : public Stage {
 public:
  // `figure` is keyed, or the plate with its own alpha. Throws Error(NotFound) for missing key frames and
  // models, Error(BadRequest) for a key frame that has no number or whose frame the shot does not have.
  StylisingStage(const Shot& shot, Frames& figure, PlateFrames& plate, int64_t frames,
                 const std::filesystem::path& cache, FileDigests& digests);

  std::string id(int64_t frame) override;
  std::vector<int64_t> needs(const std::vector<int64_t>& frames) override;
  void make(const std::vector<int64_t>& frames, const std::function<void()>& done) override;

 private:
  void find_keys(FileDigests& digests);
  media::Image read_key(const std::filesystem::path& file) const;
  void make_classic(const std::vector<int64_t>& frames, const std::function<void()>& done);
  using Draw = std::function<media::Image(int64_t drawing, const media::Image& figure)>;
  Draw engine();
  Draw key_engine();
  void make_run(const std::vector<int64_t>& run, const std::vector<int64_t>& wanted, const Draw& draw,
                const std::function<void()>& done);
  bool guided() const { return options_.engine == "keyframes" && options_.training.guide > 0; }
  size_t index_of(int64_t drawing) const;
  std::vector<int64_t> around(int64_t drawing) const;
  media::Image figure_at(int64_t frame);
  int64_t drawing_of(int64_t frame) const { return plan_.at(size_t(frame - 1)); }

  StyliseStage options_;
  std::filesystem::path folder_, cache_;
  Frames& figure_;
  PlateFrames& plate_;
  std::vector<int64_t> plan_;                      // Of each frame, from 1, the one that is drawn.
  std::vector<int64_t> drawings_;                  // Frames that are drawn.
  int64_t reach_;                                  // Drawings on both sides that one is averaged with.
  std::map<int64_t, std::filesystem::path> keys_;  // Painted frames by frame of the shot.
  std::string base_;                               // Digest of what all drawings depend on.
  std::vector<std::string> carried_;               // With a guide: digest of the figure up to each frame.
};

}  // namespace sakuga::film
