// How a drawing moves to another pose of the same character.
#pragma once

#include "sakuga/rig/artist.h"

namespace sakuga::rig {

struct Flow {
  int width = 0, height = 0;
  std::vector<float> dx, dy;      // Pixels; unknown (1e9) where the drawing is transparent.
  std::vector<uint8_t> occluded;  // 255 where the other drawing hides what is here, or leaves the picture.
};

inline constexpr float kUnknownFlow = 1e9f;

// Every fill of a part has the same contour points in both drawings; a pixel keeps its mean value coordinates
// (Floater 2003) to them, which moves contours exactly and what is between them smoothly. Hair on the skull
// moves with the ellipsoid that it lies on. Lines move with the nearest fill of their part. A pixel is
// occluded where its fill has no counterpart, or another fill is seen at its place in the other drawing.
Flow flow_between(const Character& from, const Character& to, const Frame& frame);

}  // namespace sakuga::rig
