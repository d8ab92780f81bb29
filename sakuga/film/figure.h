// The figure of a shot: plate, keyed, drawn and steadied. Internal to film.
#pragma once

#include <memory>
#include <vector>

#include "sakuga/film/clip.h"
#include "sakuga/film/shot.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

// The plate's frames, made smaller for a preview.
class PlateFrames : public Frames {
 public:
  // Throws as Clip.
  PlateFrames(const Shot& shot, double scale, FileDigests& digests);

  std::string id(int64_t frame) override;
  media::Image get(int64_t frame) override;
  Clip& clip() { return clip_; }

  // A picture of the plate's full size, made smaller as the plate is.
  media::Image fitted(const media::Image& picture) const;

 private:
  Clip clip_;
  double scale_;
};

class Figure {
 public:
  // Nothing is read yet but the plate's head and what ids depend on. `frames` is the shot's length; 0: the
  // plate's, from its `first` on. Throws as Clip, and Error(BadRequest) for a plate shorter than the shot.
  Figure(const Shot& shot, int64_t frames, double scale, const std::filesystem::path& cache,
         FileDigests& digests);

  PlateFrames& plate() { return *plate_; }
  int64_t frames() const { return frames_; }
  const std::vector<std::unique_ptr<Stage>>& stages() const { return stages_; }  // In the order of the work.

  // What the layers called "figure" show.
  Frames& result() { return stages_.empty() ? static_cast<Frames&>(*plate_) : *stages_.back(); }

 private:
  std::unique_ptr<PlateFrames> plate_;
  int64_t frames_;
  std::vector<std::unique_ptr<Stage>> stages_;
};

}  // namespace sakuga::film
