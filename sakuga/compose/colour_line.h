// Alpha on the line from the screen's colour to the figure's.
//
// A pixel of the edge is c = alpha F + (1 - alpha) B. B is known well; of F the hue is known better than the
// brightness, for folds, strands and outlines change that from pixel to pixel. So distances are measured
// across F: differences along F count less the brighter it is, as under a Gaussian prior whose variance is
// largest along F (Chuang and others, "A Bayesian approach to digital matting", 2001). A dark F has no such
// direction, and what is left is the plain distance. Linear light. Internal to the keyer.
#pragma once

#include "sakuga/compose/matte_rows.h"

namespace sakuga::compose {

// The line of one pair of colours (r, g, b).
class LineFrom {
 public:
  LineFrom(const float* figure, const float* screen);

  // Not clamped: above 1 beyond the figure.
  float alpha(const float* colour) const {
    return direction_[0] * (colour[0] - screen_[0]) + direction_[1] * (colour[1] - screen_[1]) +
           direction_[2] * (colour[2] - screen_[2]);
  }

  // Of a colour of this alpha from the line, relative to the line's length.
  float distance(const float* colour, float alpha) const;

 private:
  float figure_[3], screen_[3], between_[3], direction_[3];
  float weight_, length_;  // Of what is along the figure's colour, and squared.
};

// The same for a row of pixels, each with its own line; alpha within 0 and 1. trust, 0 to 1, tells how near
// the colours lie to their lines.
void line_row(const ConstRow& colour, const ConstRow& figure, const ConstRow& screen, int count, float* alpha,
              float* trust);

}  // namespace sakuga::compose
