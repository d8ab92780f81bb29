#include "sakuga/compose/clean_plate.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr int kLargeCell = 16;     // Pixels of its side.
constexpr int kSums = 6;           // r, g, b, chroma, chroma squared, count.
constexpr float kCovered = 0.97f;  // From here on a cell is all screen: wisps of hair would darken it.
constexpr float kUneven = 2, kLeastUneven = 0.01f;  // Of the usual noise, and added.

// Adds a row to the sums of its columns, which lie one after another for each of the kSums.
SAKUGA_VECTORISE
void add_row(const float* __restrict r, const float* __restrict g, const float* __restrict b, int count,
             const ScreenTest& test, float* __restrict sums) {
  const ScreenTest t = test;
  float* __restrict sum_r = sums;
  float* __restrict sum_g = sums + count;
  float* __restrict sum_b = sums + 2 * count;
  float* __restrict sum_x = sums + 3 * count;
  float* __restrict sum_xx = sums + 4 * count;
  float* __restrict sum_n = sums + 5 * count;
  for (int i = 0; i < count; ++i) {
    const auto [y, cb, cr] = chroma_of(r[i], g[i], b[i]);
    const float x = t.cosine * cb + t.sine * cr, z = t.cosine * cr - t.sine * cb;
    const float margin =
        std::min(std::min(t.tangent * x - std::abs(z), x - t.least_saturation * y), x - t.least_chroma);
    const float in = margin > 0 ? 1.0f : 0.0f;
    sum_r[i] += in * r[i];
    sum_g[i] += in * g[i];
    sum_b[i] += in * b[i];
    sum_x[i] += in * x;
    sum_xx[i] += in * x * x;
    sum_n[i] += in;
  }
}

// The cell whose columns are [first, last).
Cell cell_of(const std::vector<float>& sums, int width, int first, int last, int rows) {
  std::array<float, kSums> total{};
  for (int i = 0; i < kSums; ++i)
    for (int x = first; x < last; ++x) total[size_t(i)] += sums[size_t(i) * width + x];
  const float n = total[5];
  if (n == 0) return {};
  const float x = total[3] / n;
  const float deviation = std::sqrt(std::max(0.0f, total[4] / n - x * x));
  return {total[0] / n, total[1] / n, total[2] / n, deviation / x, n / float((last - first) * rows)};
}

// The cells that are all screen and even: before a dark figure's blurred edge the screen only seems darker.
// An uneven cell is one with more than twice the noise of the others. Small patches, less than 3x3 cells, are
// of the figure.
std::vector<bool> measured_cells(const CleanPlate& plate) {
  std::vector<float> noise;
  for (const Cell& cell : plate.cells)
    if (cell.covered >= kCovered) noise.push_back(cell.noise);
  std::vector<bool> measured(plate.cells.size());
  if (noise.empty()) return measured;
  const auto middle = noise.begin() + std::ptrdiff_t(noise.size() / 2);
  std::nth_element(noise.begin(), middle, noise.end());
  const float most = kUneven * *middle + kLeastUneven;
  std::vector<bool> even(plate.cells.size());
  for (size_t i = 0; i < even.size(); ++i)
    even[i] = plate.cells[i].covered >= kCovered && plate.cells[i].noise <= most;
  const auto whole = [&](int x, int y) {  // The 3x3 cells around, as far as they are in the frame.
    for (int v = std::max(0, y - 1); v <= std::min(plate.rows - 1, y + 1); ++v)
      for (int u = std::max(0, x - 1); u <= std::min(plate.columns - 1, x + 1); ++u)
        if (!even[size_t(v) * plate.columns + u]) return false;
    return true;
  };
  for (int y = 0; y < plate.rows; ++y)
    for (int x = 0; x < plate.columns; ++x) {
      if (!whole(x, y)) continue;
      for (int v = std::max(0, y - 1); v <= std::min(plate.rows - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); u <= std::min(plate.columns - 1, x + 1); ++u)
          measured[size_t(v) * plate.columns + u] = true;
    }
  return measured;
}

// Weighted values on a grid, for spreading: colour or ratio, and noise.
struct Spread {
  int columns, rows;
  std::vector<std::array<float, 5>> values;  // Four values times the weight, and the weight.
};

Spread halved(const Spread& fine) {
  Spread coarse{(fine.columns + 1) / 2, (fine.rows + 1) / 2, {}};
  coarse.values.resize(size_t(coarse.columns) * coarse.rows);
  for (int y = 0; y < fine.rows; ++y)
    for (int x = 0; x < fine.columns; ++x)
      for (size_t i = 0; i < 5; ++i)
        coarse.values[size_t(y / 2) * coarse.columns + x / 2][i] +=
            fine.values[size_t(y) * fine.columns + x][i];
  for (auto& value : coarse.values)
    if (value[4] > 1)  // Enough is known: do not let the far outweigh the near.
      for (float& v : value) v /= value[4] > 0 ? value[4] : 1;
  return coarse;
}

std::array<float, 5> between(const Spread& grid, float x, float y) {
  x = std::clamp(x, 0.0f, float(grid.columns - 1));
  y = std::clamp(y, 0.0f, float(grid.rows - 1));
  const int x0 = int(x), y0 = int(y), x1 = std::min(x0 + 1, grid.columns - 1),
            y1 = std::min(y0 + 1, grid.rows - 1);
  const float u = x - float(x0), v = y - float(y0);
  std::array<float, 5> result;
  for (size_t i = 0; i < 5; ++i) {
    const auto at = [&](int cx, int cy) { return grid.values[size_t(cy) * grid.columns + cx][i]; };
    result[i] =
        (at(x0, y0) * (1 - u) + at(x1, y0) * u) * (1 - v) + (at(x0, y1) * (1 - u) + at(x1, y1) * u) * v;
  }
  return result;
}

// Push and pull: what is unknown on a fine grid comes from the coarser ones. All weights are 1 afterwards.
void spread(Spread& grid) {
  if (grid.columns * grid.rows > 1) {
    Spread coarse = halved(grid);
    spread(coarse);
    for (int y = 0; y < grid.rows; ++y)
      for (int x = 0; x < grid.columns; ++x) {
        auto& value = grid.values[size_t(y) * grid.columns + x];
        const float rest = 1 - std::min(value[4], 1.0f);
        if (rest == 0) continue;
        const auto far = between(coarse, (float(x) - 0.5f) / 2, (float(y) - 0.5f) / 2);
        for (size_t i = 0; i < 4; ++i) value[i] += rest * far[i];
        value[4] = 1;
      }
    return;
  }
  auto& value = grid.values[0];
  if (value[4] > 0)
    for (float& v : value) v /= value[4];
}

// The mean over the covered ones of the 3x3 cells around.
std::vector<Cell> smoothed(const CleanPlate& plate, const std::vector<bool>& measured) {
  std::vector<Cell> result = plate.cells;
  for (int y = 0; y < plate.rows; ++y)
    for (int x = 0; x < plate.columns; ++x) {
      Cell& cell = result[size_t(y) * plate.columns + x];
      if (!measured[size_t(y) * plate.columns + x]) {
        cell.covered = 0;
        continue;
      }
      Cell sum;
      for (int v = std::max(0, y - 1); v <= std::min(plate.rows - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); u <= std::min(plate.columns - 1, x + 1); ++u) {
          const Cell& other = plate.cells[size_t(v) * plate.columns + u];
          if (!measured[size_t(v) * plate.columns + u]) continue;
          const float weight = u == x && v == y ? 2 : 1;
          sum.r += weight * other.r;
          sum.g += weight * other.g;
          sum.b += weight * other.b;
          sum.noise += weight * other.noise;
          sum.covered += weight;
        }
      cell = {sum.r / sum.covered, sum.g / sum.covered, sum.b / sum.covered, sum.noise / sum.covered, 1};
    }
  return result;
}

// Divisions by what is nearly black would make colours of noise.
float ratio(float value, float by) {
  return (value + 0.002f) / (by + 0.002f);
}
float scaled(float by, float value) {
  return std::max(0.0f, value * (by + 0.002f) - 0.002f);
}

}  // namespace

int CleanPlate::usual_size(int width, int height) {
  return std::max(4, int(std::bit_floor(unsigned(std::min(width, height) / 60))));
}

CleanPlate::CleanPlate(int w, int h) : CleanPlate(w, h, usual_size(w, h)) {}

CleanPlate::CleanPlate(int w, int h, int cell_size) : width(w), height(h), size(cell_size) {
  columns = (w + size - 1) / size;
  rows = (h + size - 1) / size;
  cells.resize(size_t(columns) * rows);
}

CleanPlate measure_screen(const LinearPlanes& frame, const ScreenTest& test, int cell_size) {
  CleanPlate plate(frame.width, frame.height, cell_size);
#pragma omp parallel for schedule(static)
  for (int row = 0; row < plate.rows; ++row) {
    std::vector<float> sums(size_t(frame.width) * kSums);
    const int first = row * plate.size, last = std::min(first + plate.size, frame.height);
    const int step = plate.size >= kLargeCell ? 2 : 1;  // Half of a large cell's rows are enough.
    for (int y = first; y < last; y += step) {
      const size_t at = size_t(y) * frame.width;
      add_row(&frame.r[at], &frame.g[at], &frame.b[at], frame.width, test, sums.data());
    }
    for (int column = 0; column < plate.columns; ++column) {
      const int left = column * plate.size, right = std::min(left + plate.size, frame.width);
      plate.cells[size_t(row) * plate.columns + column] =
          cell_of(sums, frame.width, left, right, (last - first + step - 1) / step);
    }
  }
  return plate;
}

bool fill_holes(CleanPlate& plate, const CleanPlate& shot) {
  std::vector<bool> measured = measured_cells(plate);
  if (std::find(measured.begin(), measured.end(), true) == measured.end())
    for (size_t i = 0; i < measured.size(); ++i) measured[i] = plate.cells[i].covered >= kCovered;
  std::vector<Cell> cells = smoothed(plate, measured);
  const bool follow = !shot.cells.empty();
  Spread grid{plate.columns, plate.rows, {}};
  grid.values.resize(cells.size());
  bool any = false;
  for (size_t i = 0; i < cells.size(); ++i) {
    const Cell& c = cells[i];
    if (c.covered < kCovered) continue;
    any = true;
    const Cell& s = follow ? shot.cells[i] : c;
    grid.values[i] = follow ? std::array{ratio(c.r, s.r), ratio(c.g, s.g), ratio(c.b, s.b), c.noise, 1.0f}
                            : std::array{c.r, c.g, c.b, c.noise, 1.0f};
  }
  if (!any) return false;
  spread(grid);
  for (size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].covered >= kCovered) continue;
    const auto& v = grid.values[i];
    const Cell& s = follow ? shot.cells[i] : cells[i];
    cells[i] = follow ? Cell{scaled(s.r, v[0]), scaled(s.g, v[1]), scaled(s.b, v[2]), v[3], 0}
                      : Cell{v[0], v[1], v[2], v[3], 0};
  }
  plate.cells = std::move(cells);
  return true;
}

CleanPlate averaged(const std::vector<CleanPlate>& plates) {
  CleanPlate mean = plates.at(0);
  for (size_t i = 0; i < mean.cells.size(); ++i) {
    Cell sum;
    for (const auto& plate : plates) {
      const Cell& c = plate.cells[i];
      const float weight = c.covered >= kCovered ? 1.0f : 0.0f;
      sum.r += weight * c.r;
      sum.g += weight * c.g;
      sum.b += weight * c.b;
      sum.noise += weight * c.noise;
      sum.covered += weight;
    }
    const float n = std::max(sum.covered, 1.0f);
    mean.cells[i] = {sum.r / n, sum.g / n, sum.b / n, sum.noise / n, sum.covered > 0 ? 1.0f : 0.0f};
  }
  return mean;
}

}  // namespace sakuga::compose
