// The figure's own colour around each pixel, from places that are all figure.
//
// A place is all figure if nothing near it lies farther from the screen on the line from the screen through
// its own colour: in an edge blurred by motion something does, on the inner side. What is deep inside the
// figure counts as well. Each block has the colour of the nearest such place. Works on the blocks of a
// PooledMatte. Internal to the keyer.
#pragma once

#include "sakuga/compose/matte_core.h"
#include "sakuga/compose/plate_field.h"

namespace sakuga::compose {

struct FigureField {
  GridField r, g, b;  // Linear light.
  GridField known;    // 1 where some place is within reach, else 0.
  GridField solid;    // 1 where a block is such a place, else 0.
};

struct FigureOptions {
  float step_px = 6;    // How far around is looked for what is farther from the screen.
  float depth_px = 18;  // Deeper in the figure than this nothing is an edge.
  float reach_px = 40;  // From a place to a pixel that gets its colour.
};

FigureField figure_field(const PooledMatte& matte, const CoreMasks& masks, const FigureOptions& options);

// Alpha of the blocks on the lines from the screen to the figure's colours; where those say nothing, the mean
// of `matte`.
std::vector<float> block_alpha(const PooledMatte& matte, const FigureField& figure);

}  // namespace sakuga::compose
