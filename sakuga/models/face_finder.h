// The torch-free door to the face detector: a picture in, the faces in it out.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "sakuga/media/image.h"
#include "sakuga/weights/card.h"

namespace sakuga::models {

// The square that a cascade such as lbpcascade_animeface would draw around a face from the front: from the
// middle of the forehead to the chin. In profile it is as large and lies about the same part of the head.
struct Face {
  double x = 0, y = 0;  // The middle, in pixels.
  double side = 0;
  double score = 0;  // From 0 to 1.
};

// Best first. Finds of one face are one, their mean by score ("Weighted boxes fusion", Solovyev, Wang,
// Gabruseva, 2019, arXiv:1910.13302) with the best one's score; what lies within a better face or about it is
// left out.
std::vector<Face> without_repeats(std::vector<Face> faces);

// Loads once and can then be used from several threads.
class FaceFinder {
 public:
  // From here on a find counts: about 0.04 false ones in a scene of recipes/faces.toml that it did not learn
  // from.
  static constexpr double kLeastScore = 0.5;

  // Throws as image_model.h says.
  static std::shared_ptr<FaceFinder> load(const std::filesystem::path& path);
  ~FaceFinder();

  const weights::Card& card() const;
  const std::string& sha256() const;  // Of the file.

  // The faces, best first. Looks at copies of at most 1024 pixels a side, over white, and finds sides from 16
  // of their pixels on. Error(BadRequest) for an empty picture.
  std::vector<Face> find(const media::Image8& picture, double least_score = kLeastScore) const;

 private:
  struct Impl;
  explicit FaceFinder(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace sakuga::models
