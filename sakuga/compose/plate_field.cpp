#include "sakuga/compose/plate_field.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr float kCentre = 0.5f;     // Of a pixel.
constexpr float kMostNoise = 0.3f;  // A screen noisier than this cannot be told from the figure.

constexpr float kLeastFloor = 0.015f;

// A place between two neighbours of a grid's axis.
struct Between {
  int low, high;
  float part;
};

Between between(float place, int count) {
  const float inside = std::clamp(place, 0.0f, float(count - 1));
  const int low = std::min(int(inside), count - 1);
  return {low, std::min(low + 1, count - 1), inside - float(low)};
}

// Lines between the values of cells' centres, for pixels [left, left + count). values[0] belongs to cell -1.
SAKUGA_VECTORISE
void expand(const float* values, int size, int left, int count, float* __restrict out) {
  const float share = 1 / float(size);
  int x = 0;
  while (x < count) {
    const int from_corner = left + x + size / 2;  // In the raster shifted by half a cell: lines begin at 0.
    const int cell = from_corner / size, inside = from_corner - cell * size;
    const int end = std::min(count, x + size - inside);
    const float step = (values[cell + 1] - values[cell]) * share;
    const float first = values[cell] + (float(inside) + kCentre - 0.5f * float(size & 1)) * step;
    for (int i = 0; i < end - x; ++i) out[x + i] = first + float(i) * step;
    x = end;
  }
}

}  // namespace

void GridField::sample(int y, int left, std::span<float> out) const {
  const auto v = between((float(y) + 0.5f) / float(size_) - 0.5f, rows_);
  static thread_local std::vector<float> row;
  row.resize(size_t(columns_) + 2);
  const float *low = &values_[size_t(v.low) * columns_], *high = &values_[size_t(v.high) * columns_];
  const int first = std::max(left / size_ - 1, 0);
  const int last = std::min((left + int(out.size())) / size_ + 1, columns_ - 1);
  for (int i = first; i <= last; ++i) row[size_t(i) + 1] = low[i] + (high[i] - low[i]) * v.part;
  row[0] = low[0] + (high[0] - low[0]) * v.part;
  row.back() = low[columns_ - 1] + (high[columns_ - 1] - low[columns_ - 1]) * v.part;
  expand(row.data(), size_, left, int(out.size()), out.data());
}

void GridField::sample_blocks(int row, int block, std::span<float> out) const {
  const auto place = [&](int index) {
    return (float(index) + kCentre) * float(block) / float(size_) - kCentre;
  };
  const auto v = between(place(row), rows_);
  for (size_t i = 0; i < out.size(); ++i) {
    const auto u = between(place(int(i)), columns_);
    const float low = at(u.low, v.low) + (at(u.high, v.low) - at(u.low, v.low)) * u.part;
    const float high = at(u.low, v.high) + (at(u.high, v.high) - at(u.low, v.high)) * u.part;
    out[i] = low + (high - low) * v.part;
  }
}

PlateField field_of(const CleanPlate& plate, float deviations) {
  const GridField empty(plate.columns, plate.rows, plate.size);
  PlateField field{empty, empty, empty, empty, empty, empty, empty};
  for (int row = 0; row < plate.rows; ++row)
    for (int column = 0; column < plate.columns; ++column) {
      const Cell& cell = plate.cells[size_t(row) * plate.columns + column];
      field.r.at(column, row) = cell.r;
      field.g.at(column, row) = cell.g;
      field.b.at(column, row) = cell.b;
      const auto c = chroma_of(cell.r, cell.g, cell.b);
      const float chroma = std::max(std::hypot(c.cb, c.cr), 1e-4f);
      const float lessened = 1 - std::min(deviations * cell.noise, kMostNoise);
      field.luma.at(column, row) = c.y;
      field.floor.at(column, row) = std::max(deviations * cell.noise, kLeastFloor);
      field.cb.at(column, row) = c.cb / (chroma * chroma * lessened);
      field.cr.at(column, row) = c.cr / (chroma * chroma * lessened);
    }
  return field;
}

}  // namespace sakuga::compose
