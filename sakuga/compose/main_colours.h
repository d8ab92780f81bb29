// The colours that pictures are mostly made of.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

struct MainColour {
  std::array<uint8_t, 3> colour = {};  // sRGB.
  double share = 0;                    // Of all pixels.
};

// At most `count` colours of RGB pictures by k-means in OKLab, those of the largest share first. The same
// pictures give the same colours.
std::vector<MainColour> main_colours(std::span<const media::Image8> pictures, int count);

// How far two sets of colours are apart: the distance in OKLab (times 100) of each to the nearest of the
// other set, mean by share, both ways.
double palette_distance(std::span<const MainColour> a, std::span<const MainColour> b);

}  // namespace sakuga::compose
