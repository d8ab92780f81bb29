// Large pictures in overlapping tiles whose results melt into one another.
#pragma once

#include <functional>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::film {

// Where tiles of `tile` pixels begin along `length`, evenly spread from edge to edge, so that neighbours
// overlap by at least `overlap`. One tile if length <= tile. Needs 0 <= overlap < tile.
std::vector<int> tile_places(int length, int tile, int overlap);

// Draws an RGB picture tile by tile; both its sides are at least `tile`. `draw` gets a tile of tile x tile
// pixels and gives its picture. In the overlaps the weights rise and fall linearly and add up to one. Memory:
// three floats for each pixel of a row of tiles.
media::Image8 draw_in_tiles(const media::Image8& picture, int tile, int overlap,
                            const std::function<media::Image8(const media::Image8&)>& draw);

// The picture with its last rows and columns mirrored until both sides are at least `side`.
media::Image8 at_least(const media::Image8& picture, int side);

// The part of `picture` that begins at (x, y).
media::Image8 part(const media::Image8& picture, int x, int y, int width, int height);

}  // namespace sakuga::film
