// The figure's colour behind its edge, and alpha on the line from there to the screen.
//
// A pixel of the edge is c = alpha F + (1 - alpha) B. F is taken from the nearest pixel that is certainly
// figure; alpha then is where c's share of the screen lies between F's and B's, and it is believed as far as
// c lies on the line between the two colours: the dark outline of a drawing does not, and keeps its first
// alpha. A figure that itself has much of the screen's chroma is told from it by the whole colour instead:
// alpha is where c, projected on the line, lies. Internal to the keyer.
#pragma once

#include <vector>

namespace sakuga::compose {

// For each pixel of a width x height plane the index of a near one whose surroundings, `radius` around, are
// all at least `least`; -1 if there is none.
void nearest_solid(const std::vector<float>& alpha, int width, int height, int radius, float least,
                   std::vector<int>& nearest);

// One pixel of a line: colours in linear light, and their shares of the screen, of which B's is 1.
struct LinePoint {
  const float *colour, *figure, *screen;  // r, g, b.
  float share, figure_share;
};

struct LineAlpha {
  float alpha;
  float trust;  // 0 to 1: how near the colour lies to the line.
};

LineAlpha alpha_on_line(const LinePoint& point);

}  // namespace sakuga::compose
