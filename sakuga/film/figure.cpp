#include "sakuga/film/figure.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/over.h"
#include "sakuga/compose/transform.h"
#include "sakuga/core/error.h"
#include "sakuga/film/key_stage.h"
#include "sakuga/film/steady_stage.h"
#include "sakuga/film/stylise_stage.h"

namespace sakuga::film {

namespace {

// Smaller by `scale`, in the picture's own transfer; alpha weighs the colours.
media::Image shrunk(const media::Image& picture, double scale) {
  const int width = std::max(1, int(std::lround(picture.width * scale)));
  const int height = std::max(1, int(std::lround(picture.height * scale)));
  const compose::Affine matrix = {.xx = double(width) / picture.width, .yy = double(height) / picture.height};
  return compose::unpremultiplied(
      compose::transformed(compose::premultiplied(picture), matrix, width, height, compose::Edge::Extended));
}

}  // namespace

PlateFrames::PlateFrames(const Shot& shot, double scale, FileDigests& digests)
    : clip_(shot.folder() / shot.plate->file, {.first = shot.plate->first, .rate = shot.plate->rate}, "plate",
            digests),
      scale_(scale) {}

std::string PlateFrames::id(int64_t frame) {
  return digest({"plate", clip_.id(frame), scale_});
}

media::Image PlateFrames::get(int64_t frame) {
  return fitted(clip_.at(frame));
}

media::Image PlateFrames::fitted(const media::Image& picture) const {
  return scale_ == 1 ? picture : shrunk(picture, scale_);
}

Figure::Figure(const Shot& shot, int64_t frames, double scale, const std::filesystem::path& cache,
               FileDigests& digests)
    : plate_(std::make_unique<PlateFrames>(shot, scale, digests)),
      frames_(frames > 0 ? frames : plate_->clip().length()) {
  const int64_t length = plate_->clip().length();
  if (length > 1 && length < frames_)
    core::fail(core::ErrorKind::BadRequest,
               "plate: expected at least {} frames, as the shot has, got {} in {}", frames_, length,
               shot.plate->file);
  if (shot.key) stages_.push_back(std::make_unique<KeyingStage>(*shot.key, *plate_, frames_, cache));
  if (shot.stylise)
    stages_.push_back(std::make_unique<StylisingStage>(shot, result(), *plate_, frames_, cache, digests));
  if (shot.steady) {
    Frames& drawings = result();
    stages_.push_back(std::make_unique<SteadyingStage>(*shot.steady, drawings, *plate_, frames_, cache));
  }
}

}  // namespace sakuga::film
