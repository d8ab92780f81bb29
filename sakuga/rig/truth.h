// What is known exactly of a drawing: its alpha, the part that each pixel shows, 28 landmarks, and how every
// pixel moves to another pose of the same character.
#pragma once

#include <filesystem>

#include "sakuga/rig/artist.h"

namespace sakuga::rig {

// The part that is seen at each pixel: 0 for none, else 1 + the number of the part in drawing.h. One channel.
media::Image8 part_map(const Drawing& drawing, const Frame& frame);

struct Landmark {
  Vec2 at;            // Pixels.
  bool seen = false;  // Whether it is on the near side (hair may still lie over it).
};

// The 28 landmarks that detectors of anime faces use: 0-4 the outline from the viewer's left cheek over the
// chin (2) to the right, 5-7 and 8-10 the brows, 11-16 and 17-22 the eyes (three of the upper lid, three of
// the lower), 23 the nose, 24-27 the mouth (corner, upper lip, corner, lower lip); left and right as the
// viewer's.
std::array<Landmark, 28> landmarks_of(const Character& character, const Frame& frame);

// The square that a detector of drawn faces should answer with: what the cascade lbpcascade_animeface finds
// on drawings from the front, fixed to the head at every other angle.
struct FaceSquare {
  Vec2 middle;  // Pixels.
  double side = 0;
};
FaceSquare face_square_of(const Character& character, const Frame& frame);

// Makes the folder if need be and writes alpha.png, parts.png (part_map), parts.json (its names) and
// landmarks.json. With `other`, the same character in another pose, also flow.flo (Middlebury; pixels from
// this picture to the other, 1e9 where unknown: nothing is there) and occlusion.png (255 where what a pixel
// shows is hidden in the other). Throws Error(BadRequest) if the folder cannot be written.
void write_truth(const std::filesystem::path& folder, const Character& character, const Character* other,
                 const PictureOptions& options);

}  // namespace sakuga::rig
