// The torch-free door to nets that turn pictures into pictures of the same size.
//
// Loads once and can then be used from several threads. Throws as image_model.h says.
#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/weights/card.h"

namespace sakuga::models {

// Which way a model that knows both goes: from the first side of its training to the second, or back.
enum class Direction { There, Back };

struct TranslatedPicture {
  media::Image8 picture;         // RGB, of the size given.
  media::Image8 attention = {};  // Grey, of the net's own size: black none, white most; empty if it has none.
};

class PictureTranslator {
 public:
  // Any net of the catalog's role "picture translator". Error(BadRequest) for Back and a net of one
  // direction.
  static std::shared_ptr<PictureTranslator> load(const std::filesystem::path& path,
                                                 Direction direction = Direction::There);
  ~PictureTranslator();

  const weights::Card& card() const;
  const std::string& sha256() const;  // Of the file.

  // `picture` (sRGB or linear, straight alpha, any size) drawn: sRGB, the same size and alpha. Colours of
  // pixels without coverage are black. Memory depends on the width alone if the net can work in strips.
  // Throws Error(BadRequest) for an empty picture.
  media::Image draw(const media::Image& picture) const;

  // RGB pictures of one size, translated together and each as a whole. A picture's bytes do not depend on the
  // others. Throws Error(BadRequest) for pictures that are not, and for a size that the net does not take.
  std::vector<TranslatedPicture> translate(std::span<const media::Image8> pictures) const;

  int fixed_size() const;  // The only width and height of translate(); 0: any from 16 on.

 private:
  struct Impl;
  explicit PictureTranslator(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sakuga::models
