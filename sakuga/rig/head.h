// The head as drawn: where points of the skull come to lie on the picture, and the outline of the face.
//
// Features are projected (orthographic). The outline of a face is not: anime profiles are no projections of
// anime front views. It is drawn for the yaws 0, 30, 60, 90 and 180 and blended between them.
#pragma once

#include "sakuga/rig/design.h"
#include "sakuga/rig/geometry.h"

namespace sakuga::rig {

class Head {
 public:
  Head(const Design& design, const Pose& pose, const Era& era);

  double yaw() const { return yaw_; }  // Radians.
  double pitch() const { return pitch_; }
  double roll() const { return roll_; }

  // A point of head space after the turns: x, y on the picture, z towards the viewer.
  Vec3 turned(Vec3 point) const;
  Vec2 at(Vec3 point) const;
  // A point of the trunk, which follows the yaw only in part, and neither pitch nor roll.
  Vec3 body_turned(Vec3 point) const;
  Vec2 body_at(Vec3 point) const;
  // An offset on the picture that rolls with the head.
  Vec2 rolled(Vec2 offset) const;

  // The outline of the face: 25 points, from the crown down the viewer's right, the chin (point 12), up the
  // left.
  const std::vector<Vec2>& outline() const { return outline_; }
  Path face() const;
  // A point of the outline between its points, counted as above.
  Vec2 outline_at(double place) const;

  // 1 from the front, 0 from behind, falling where the face turns out of sight.
  double facing() const;

 private:
  void make_outline(const Design& design, const Era& era);

  double yaw_, pitch_, roll_, body_yaw_;
  Mat3 turn_, body_turn_, roll_turn_;
  std::vector<Vec2> outline_;
};

}  // namespace sakuga::rig
