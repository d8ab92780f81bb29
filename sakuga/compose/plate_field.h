// A clean plate between the centres of its cells, row by row: what the loops of the keyer read.
// Internal to the keyer.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "sakuga/compose/clean_plate.h"

namespace sakuga::compose {

// Values on a coarse grid, interpolated linearly between the centres of cells of `size` pixels.
class GridField {
 public:
  GridField() = default;
  GridField(int columns, int rows, int size)
      : columns_(columns), rows_(rows), size_(size), values_(size_t(columns) * rows) {}

  float& at(int column, int row) { return values_[size_t(row) * columns_ + column]; }
  float at(int column, int row) const { return values_[size_t(row) * columns_ + column]; }
  const float* row(int r) const { return &values_[size_t(r) * columns_]; }
  int columns() const { return columns_; }
  int rows() const { return rows_; }
  int size() const { return size_; }

  // The values of pixels [left, left + out.size()) of row y.
  void sample(int y, int left, std::span<float> out) const;

  // The values at the centres of the blocks of `block` x `block` pixels in row `row` of them.
  void sample_blocks(int row, int block, std::span<float> out) const;

 private:
  int columns_ = 0, rows_ = 0, size_ = 1;
  std::vector<float> values_;
};

// The colour of the screen, and what turns a pixel's chroma into its share of the screen's: with
// p = unit(Cb, Cr of the screen) / its chroma, along = p.cb Cb + p.cr Cr is 1 on the screen and
// across = p.cb Cr - p.cr Cb is 0 there, in any light.
struct PlateField {
  GridField r, g, b, cb, cr;
  GridField luma;
  GridField floor;  // Alpha below which a pixel is the screen and its noise.
};

// Chroma is measured against the screen less `deviations` of its noise.
PlateField field_of(const CleanPlate& plate, float deviations);

}  // namespace sakuga::compose
