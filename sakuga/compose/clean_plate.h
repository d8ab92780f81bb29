// The screen without the figure, as far as a frame shows it: a coarse grid of colours.
//
// Light on a screen is uneven but smooth, so cells of some pixels' size are enough, and what they average
// has little noise. A cell in which nearly all pixels have the screen's hue (see ScreenTest) is measured if
// it is even and no small patch: the blurred edge of a dark figure has the screen's hue, too. The others are
// filled from their neighbours, following the clean plate of the whole shot where there is one. Internal to
// the keyer; linear light.
#pragma once

#include <vector>

#include "sakuga/compose/linear_planes.h"

namespace sakuga::compose {

// Which pixels have the screen's hue: lighting does not change the angle of (Cb, Cr), nor their size
// relative to luma.
struct ScreenTest {
  float cosine = 1, sine = 0;   // Direction of the key colour in (Cb, Cr).
  float tangent = 0.2f;         // Of the angle to each side.
  float least_saturation = 0;   // Chroma along the key colour, relative to luma.
  float least_chroma = 0.002f;  // The same, absolute: below it hue is noise.
};

struct Cell {
  float r = 0, g = 0, b = 0;
  float noise = 0;    // Deviation of chroma along the key colour, relative to it.
  float covered = 0;  // Part of the cell that is screen; after fill_holes() how much it was measured.
};

struct CleanPlate {
  // A power of two, 4 or more: about 70 cells along the shorter side of a large picture.
  static int usual_size(int width, int height);

  int width = 0, height = 0;  // Pixels of the frames.
  int size = 1;               // Pixels of a cell's side.
  int columns = 0, rows = 0;
  std::vector<Cell> cells;

  // The empty grid for frames of this size, with cells of this or of their usual size.
  CleanPlate() = default;
  CleanPlate(int width, int height);
  CleanPlate(int width, int height, int size);
};

// The means of the pixels that pass the test, in each cell.
CleanPlate measure_screen(const LinearPlanes& frame, const ScreenTest& test, int cell_size);

// Leaves the means of even and fully covered cells, smoothed, and fills the others: with `shot` (may be
// empty) scaled so that it meets the cells around, or by spreading those. False, and nothing done, if no cell
// is covered.
bool fill_holes(CleanPlate& plate, const CleanPlate& shot);

// The mean of the plates, cell by cell, weighted by cover; holes are left.
CleanPlate averaged(const std::vector<CleanPlate>& plates);

}  // namespace sakuga::compose
