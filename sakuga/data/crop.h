// Square parts of pictures: the middle, or the face as MakeGirlsMoe cut it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::data {

// A square of pixels; may reach beyond the picture.
struct Square {
  int x = 0, y = 0, side = 0;
  bool operator==(const Square&) const = default;
};

// The largest square in the middle.
Square centre_square(const media::Image8& image);

// What is cut around a detected face: its box 1.5 times as large, moved up so that more of the hair and less
// of the neck is in it ("Towards the Automatic Anime Characters Creation with GANs", 2017).
Square portrait_square(const Square& face);

// The part of the picture under the square; beyond the border the picture is mirrored.
// Throws Error(BadRequest) if it has no side, one above 8192, or misses the picture.
media::Image8 cut(media::Image8 image, const Square& square);

// Says where the face of a picture is, if it has one: the square from the middle of the forehead to below the
// chin. Several threads may ask at once.
using FaceSearch = std::function<std::optional<Square>(const media::Image8&)>;

// Finds faces with an OpenCV cascade such as lbpcascade_animeface. One thread at a time.
class FaceCascade {
 public:
  // Throws Error(NotFound) if there is no such file, Error(CorruptInput) if it is no cascade.
  explicit FaceCascade(const std::filesystem::path& cascade);
  ~FaceCascade();

  // All faces, in an order of no meaning. Looks at a copy of at most 1024 pixels a side, over white; a face
  // needs so many finds beside one another.
  std::vector<Square> faces(const media::Image8& image, int neighbours = 5);

  // The largest of them, if there is any.
  std::optional<Square> largest_face(const media::Image8& image);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::data
