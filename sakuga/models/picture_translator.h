// The torch-free door to nets that turn pictures into pictures of the same size.
//
// Loads once and can then be used from several threads. Throws as image_model.h says.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "sakuga/media/image.h"
#include "sakuga/weights/card.h"

namespace sakuga::models {

class PictureTranslator {
 public:
  // Any net of the catalog's role "picture translator".
  static std::shared_ptr<PictureTranslator> load(const std::filesystem::path& path);
  ~PictureTranslator();

  const weights::Card& card() const;
  const std::string& sha256() const;  // Of the file.

  // `picture` (sRGB or linear, straight alpha, any size) drawn: sRGB, the same size and alpha. Colours of
  // pixels without coverage are black. Memory depends on the width alone if the net can work in strips.
  // Throws Error(BadRequest) for an empty picture.
  media::Image draw(const media::Image& picture) const;

 private:
  struct Impl;
  explicit PictureTranslator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sakuga::models
