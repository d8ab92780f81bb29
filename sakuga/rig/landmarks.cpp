#include "sakuga/rig/truth.h"

#include <cmath>

namespace sakuga::rig {
namespace {

struct Marker {
  const Stage& stage;
  const Frame& frame;
  std::array<Landmark, 28> marks = {};
  size_t next = 0;

  void add(Vec2 at, bool seen) {
    marks[next++] = {{at.x * frame.scale + frame.x, at.y * frame.scale + frame.y}, seen};
  }
  void outline();
  void brows_and_eyes();
  void nose_and_mouth();
};

void Marker::outline() {
  const auto& points = stage.head.outline();
  // From the viewer's left cheekbone (row 5 of that side) to the right; the far side may be behind the head.
  for (const size_t index : {19, 15, 12, 9, 5}) add(points[index], stage.head.facing() > 0.5);
}

void Marker::brows_and_eyes() {
  for (const int side : {-1, 1}) {
    const auto brow = brow_curve(stage, side);
    const bool seen = eye_place(stage, side).seen > 0.5;
    // From the viewer's left to the right.
    for (const size_t index : {0, 7, 13}) add(brow[side > 0 ? index : 13 - index], seen);
  }
  for (const int side : {-1, 1}) {
    const auto eye = eye_points(stage, side);
    const bool seen = eye_place(stage, side).seen > 0.5;
    for (const size_t index : {0, 1, 2}) add(eye[side > 0 ? index : 2 - index], seen);
    for (const size_t index : {3, 4, 5}) add(eye[side > 0 ? 8 - index : index], seen);
  }
}

void Marker::nose_and_mouth() {
  const bool seen = stage.head.facing() > 0.5;
  add(stage.head.at({0, 0.57, 0.93}), seen);
  for (const Vec2 point : mouth_points(stage)) add(point, seen);
}

}  // namespace

std::array<Landmark, 28> landmarks_of(const Character& character, const Frame& frame) {
  const Stage stage(character);
  Marker marker = {stage, frame};
  marker.outline();
  marker.brows_and_eyes();
  marker.nose_and_mouth();
  return marker.marks;
}

FaceSquare face_square_of(const Character& character, const Frame& frame) {
  // Medians of 115 faces from the front, 108 at 20 and 38 at 40 degrees in which the cascade finds a face.
  constexpr Vec3 kMiddle = {0, 0.46, 0.5};
  constexpr double kSide = 2.4;
  const Vec2 at = Head(character.design, character.pose, character.era).at(kMiddle);
  return {{at.x * frame.scale + frame.x, at.y * frame.scale + frame.y}, kSide * frame.scale};
}

}  // namespace sakuga::rig
