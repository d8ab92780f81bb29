// The trunk below the head: an oval tube from the neck over the shoulders. Internal to rig.
#pragma once

#include "sakuga/rig/stage.h"

namespace sakuga::rig {

inline constexpr double kNeckFoot = 1.36;  // y of the neck's foot.

struct Trunk {
  explicit Trunk(const Stage& stage);

  // On the tube: degrees around it (0 the front, 90 the viewer's right), level 0 at the neck's foot, 1 at the
  // shoulders.
  Vec3 point(double angle, double level) const;
  Vec2 at(double angle, double level) const;
  double azimuth(double angle) const;  // The angle as seen after the turn; within 90 of 0 it is in sight.
  std::vector<Vec2> ring(double level, double from, double to, size_t count) const;
  std::vector<Vec2> outline(double from) const;  // 10 points down the left from that level, 10 up the right.

  const Head& head;
  double neck = 0.3, shoulder = 1.4;
};

}  // namespace sakuga::rig
