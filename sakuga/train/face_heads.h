// Heads of the rig as stickers: what a detector of faces learns to find.
#pragma once

#include <array>
#include <cstdint>

#include "sakuga/core/rng.h"
#include "sakuga/media/image.h"

namespace sakuga::train {

// Random choices in the order in which they are made.
struct Luck {
  core::Rng rng;
  double between(double low, double high) { return low + (high - low) * rng.uniform(); }
  bool chance(double share) { return rng.uniform() < share; }
  int below(int bound) { return int(rng.below(uint64_t(bound))); }
};

struct FaceHead {
  std::array<media::Image8, 3> pictures;  // RGBA, premultiplied alpha; each half as large as the one before.
  double x = 0, y = 0, side = 0;          // The face (rig/truth.h) in the first of them.
  bool behind = false;                    // Seen from the back: there is no face.
};

// A random character at any yaw to both profiles, pitch and roll up to 30 degrees, with lines from hair-thin
// to three times as thick, in any mood; one in twelve from behind.
FaceHead draw_face_head(uint64_t seed);

}  // namespace sakuga::train
