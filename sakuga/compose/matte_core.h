// Core and garbage of a matte, found from the matte itself.
//
// Screen is only what is clearly screen somewhere: an opening without a clear spot in it is a flaw in the
// figure, and what lies deeper in the figure than `core` is filled. An even surface with clearly less
// saturation than the screen behind it is figure too, though it may have as much chroma as the screen has in
// a dark corner: where figure and screen mix, on an edge, the colour is not even. Specks without connection
// to the figure are cleared. Works on blocks of pixels. Internal to the keyer.
#pragma once

#include <array>
#include <vector>

#include "sakuga/compose/plate_field.h"

namespace sakuga::compose {

// Of blocks of pool x pool pixels.
struct PooledMatte {
  int columns = 0, rows = 0, pool = 1;
  std::vector<float> least, mean, most;  // Of alpha.
  std::vector<float> r, g, b;            // Means of the plate, linear light.
  std::vector<float> screen_r, screen_g, screen_b;

  PooledMatte() = default;
  PooledMatte(int width, int height, int pool);
  std::array<float, 3> colour(size_t i) const { return {r[i], g[i], b[i]}; }
  std::array<float, 3> screen(size_t i) const { return {screen_r[i], screen_g[i], screen_b[i]}; }
};

struct CoreMasks {
  GridField core;  // Least alpha, whatever the matte says. On the blocks of the matte.
  GridField keep;  // 0: all screen.
};

struct CoreOptions {
  float depth_px = 0;  // 0: nothing is filled.
  float despeckle_px = 0;
};

CoreMasks core_masks(const PooledMatte& matte, const CoreOptions& options);

// Raises `core` where `alpha` of its blocks is lower than it must be on the way to a clear spot of the
// screen.
void raise_pits(const std::vector<float>& alpha, GridField& core);

}  // namespace sakuga::compose
