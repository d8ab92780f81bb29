// Hair as locks: each grows from the crown over a shell around the skull, leaves it, and falls.
#pragma once

#include "sakuga/rig/head.h"

namespace sakuga::rig {

// One lock before it is placed. Angles in degrees around the head (0 the front, 90 the viewer's right),
// lengths in head units.
struct LockPlan {
  double root = 0, tip = 0;    // Angle at the root and at the tip.
  double rise = 68;            // Elevation of the root above the shell's equator.
  double end = 0.2;            // Height (y) of the tip.
  double width = 0.2;          // Half width at the widest.
  double bend = 0, lift = 0;   // Sideways bow (degrees); how far the tip stands off.
  double wave = 0, phase = 0;  // Waves along it.
  double hang = 9;             // Below this y it falls straight down, however the head turns.
  bool blunt = false;          // Cut straight instead of running out in a point.
};

struct HairPlan {
  std::vector<LockPlan> back, sides, fringe;
};
HairPlan hair_plan(const Design& design);

// A lock on the picture.
struct Lock {
  std::vector<Vec2> spine, left, right;  // Root to tip; the edges on either side.
  Path shape;
  int id = 0;         // Its number among the character's locks.
  double facing = 1;  // Cosine between its surface and the viewer's direction.
};

// The shell around the skull on which hair lies.
struct Shell {
  Vec3 centre, radius;
  Vec3 at(double angle, double y) const;  // Degrees around; y within the shell, else on its equator's pipe.
};
Shell shell_of(const Design& design);

struct Hair {
  Shell shell;
  std::vector<Lock> back, sides, fringe;
  Path cap;      // The hair that covers the top of the skull.
  Path dome;     // The outline of the whole shell.
  Path casting;  // What casts a shadow on the face.
};
Hair place_hair(const Design& design, const Head& head);

// The elevation of the hairline: y of the cap's lower edge at an angle around the head.
double hairline(double angle);

}  // namespace sakuga::rig
