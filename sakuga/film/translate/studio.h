// Single pictures through a translator: whole, in tiles, or the face in them. Internal to translate.
//
// Pictures may be grey or have alpha: they are translated in colour over white and get their alpha back.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "sakuga/compose/domain.h"
#include "sakuga/data/crop.h"
#include "sakuga/film/translate/translate.h"
#include "sakuga/models/picture_translator.h"

namespace sakuga::film {

struct StudioPicture {
  media::Image8 picture;         // Of the size and with the alpha of what came in.
  media::Image8 attention = {};  // RGB, of the same size: the heat map; empty if not asked for ...
  media::Image8 overlay = {};    // ... and the heat over the picture that came in.
  bool found_face = true;        // False if a face was looked for in vain: then `picture` is what came in.
  double distance = 0;  // compose/domain.h: above 1 if the model has seen nothing like it; 0: unknown.
};

class Studio {
 public:
  // Throws as PictureTranslator::load() and data::FaceCascade; Error(BadRequest) if attention is asked of a
  // net that has none, or faces are to be found without a cascade.
  Studio(std::shared_ptr<models::PictureTranslator> translator, const TranslateOptions& options);

  // Pictures that belong together (frames) or not. A face's place is smoothed from frame to frame if
  // `moving`.
  std::vector<StudioPicture> translate(std::span<const media::Image8> pictures, bool moving);

  // Notes where a frame's face is, as translate() would, without drawing.
  void follow(const media::Image8& frame) {
    if (finder_) face_in(frame, true);
  }

  bool finds_faces() const { return finder_ != nullptr; }

 private:
  struct Patch;
  Patch patch_of(const media::Image8& picture, bool moving);
  std::optional<data::Square> face_in(const media::Image8& picture, bool moving);
  StudioPicture finished(const media::Image8& picture, const Patch& patch, models::TranslatedPicture drawn);
  models::TranslatedPicture draw_large(const media::Image8& picture);

  std::shared_ptr<models::PictureTranslator> translator_;
  TranslateOptions options_;
  std::optional<compose::Domain> domain_;  // Of the pictures that the model learnt to translate.
  std::unique_ptr<data::FaceCascade> finder_;
  std::optional<data::Square> last_face_;
  int missed_ = 0;  // Frames since a face was seen.
};

}  // namespace sakuga::film
