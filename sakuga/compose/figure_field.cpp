#include "sakuga/compose/figure_field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/colour_line.h"

namespace sakuga::compose {
namespace {

constexpr float kSolid = 0.995f;     // Least alpha of what may be all figure.
constexpr float kFarther = 1.15f;    // Alpha on a place's line from which something lies farther.
constexpr float kBeside = 0.2f;      // Distance from the line, by alpha, of another paint.
constexpr float kEmpty = 0.02f;      // Most alpha of a block that is all screen.
constexpr float kExplained = 0.08f;  // Cost up to which the nearest place's colour will do.
constexpr float kFar = 0.01f;        // Cost of a cell's distance.
constexpr int kSeat = 8;             // Pixels of a palette's cell.
constexpr int kGuard = 3;            // Pixels over which stored colours run into one another.

int blocks_of(float px, int pool) {
  return std::max(1, int(std::ceil(px / float(pool))));
}

// 255 where all blocks around, as far as colours run into one another, are alpha 1.
cv::Mat candidates(const PooledMatte& matte, const CoreMasks& masks) {
  cv::Mat solid(matte.rows, matte.columns, CV_8U), eroded;
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) {
      const float alpha = std::max(matte.least[size_t(y) * matte.columns + x], masks.core.at(x, y));
      solid.at<uchar>(y, x) = alpha >= kSolid && masks.keep.at(x, y) >= 1 ? 255 : 0;
    }
  const int side = 2 * blocks_of(kGuard, matte.pool) + 1;
  cv::erode(solid, eroded, cv::getStructuringElement(cv::MORPH_RECT, {side, side}), {-1, -1}, 1,
            cv::BORDER_REPLICATE);
  return eroded;
}

// Whether no block at `step` blocks from (x, y) lies farther from the screen on the line through its colour.
bool is_farthest(const PooledMatte& matte, int x, int y, int step) {
  const auto colour_at = [&](int u, int v) { return matte.colour(size_t(v) * matte.columns + u); };
  const size_t own = size_t(y) * matte.columns + x;
  const LineFrom line(matte.colour(own).data(), matte.screen(own).data());
  for (int v = y - step; v <= y + step; v += step)
    for (int u = x - step; u <= x + step; u += step) {
      if (u < 0 || v < 0 || u >= matte.columns || v >= matte.rows) continue;
      const auto colour = colour_at(u, v);
      const float alpha = line.alpha(colour.data());
      if (alpha > kFarther && line.distance(colour.data(), alpha) < kBeside * alpha) return false;
    }
  return true;
}

// 255 where a place is all figure.
cv::Mat places(const PooledMatte& matte, const CoreMasks& masks, const FigureOptions& options) {
  const cv::Mat candidate = candidates(matte, masks);
  cv::Mat depth, found = cv::Mat::zeros(matte.rows, matte.columns, CV_8U);
  cv::distanceTransform(candidate, depth, cv::DIST_L2, cv::DIST_MASK_3);
  const float deep = options.depth_px / float(matte.pool);
  const int step = blocks_of(options.step_px, matte.pool);
#pragma omp parallel for schedule(static, 8)
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x)
      if (candidate.at<uchar>(y, x) && (depth.at<float>(y, x) > deep || is_farthest(matte, x, y, step)))
        found.at<uchar>(y, x) = 255;
  return found;
}

// For each block the colour of the nearest place, and how far that is, in blocks.
cv::Mat nearest_colours(const PooledMatte& matte, const cv::Mat& solid, cv::Mat& distance) {
  cv::Mat labels, colour(matte.rows, matte.columns, CV_32FC3);
  cv::distanceTransform(~solid, distance, labels, cv::DIST_L2, cv::DIST_MASK_5, cv::DIST_LABEL_PIXEL);
  std::vector<size_t> place_of(size_t(cv::countNonZero(solid)) + 1);
  const size_t count = matte.mean.size();
  for (size_t i = 0; i < count; ++i)
    if (solid.data[i]) place_of[size_t(labels.ptr<int>()[i])] = i;
  for (size_t i = 0; i < count; ++i) {
    const size_t from = place_of[size_t(labels.ptr<int>()[i])];
    colour.ptr<cv::Vec3f>()[i] = {matte.r[from], matte.g[from], matte.b[from]};
  }
  return colour;
}

// Cells of some blocks, each with the mean colour of its places.
struct Palette {
  int columns, rows, cell;                    // Blocks of a cell's side.
  std::vector<std::array<float, 4>> colours;  // r, g, b, number of places.

  Palette(const PooledMatte& matte, const cv::Mat& places, int side)
      : columns((matte.columns + side - 1) / side),
        rows((matte.rows + side - 1) / side),
        cell(side),
        colours(size_t(columns) * rows) {
    for (int y = 0; y < matte.rows; ++y)
      for (int x = 0; x < matte.columns; ++x) {
        if (!places.at<uchar>(y, x)) continue;
        const size_t i = size_t(y) * matte.columns + x;
        auto& c = colours[size_t(y / side) * columns + x / side];
        c = {c[0] + matte.r[i], c[1] + matte.g[i], c[2] + matte.b[i], c[3] + 1};
      }
    for (auto& c : colours)
      if (c[3] > 0) c = {c[0] / c[3], c[1] / c[3], c[2] / c[3], c[3]};
  }
};

// How badly a figure's colour explains a block's: its distance from the line between the two.
float cost_of(const float* figure, const float* screen, const float* colour) {
  const LineFrom line(figure, screen);
  const float alpha = line.alpha(colour);
  return line.distance(colour, alpha) + std::max({alpha - 1, -alpha, 0.0f});
}

// The colour of the cells around (cx, cy) that explains `own` better than `chosen` and best of all.
void choose(const Palette& palette, int cx, int cy, int around, const float* screen, const float* own,
            float* chosen) {
  float least = cost_of(chosen, screen, own);
  if (least < kExplained) return;
  for (int v = std::max(cy - around, 0); v <= std::min(cy + around, palette.rows - 1); ++v)
    for (int u = std::max(cx - around, 0); u <= std::min(cx + around, palette.columns - 1); ++u) {
      const auto& c = palette.colours[size_t(v) * palette.columns + u];
      if (c[3] == 0) continue;
      const float cost = cost_of(c.data(), screen, own) + kFar * std::hypot(float(u - cx), float(v - cy));
      if (cost >= least) continue;
      least = cost;
      std::copy_n(c.data(), 3, chosen);
    }
}

// Where the nearest place's colour does not explain a block's, the one around that does it best.
void choose_colours(const PooledMatte& matte, const cv::Mat& places, const cv::Mat& distance, float reach,
                    cv::Mat& colour) {
  const Palette palette(matte, places, blocks_of(kSeat, matte.pool));
  const int around = int(std::ceil(reach / float(palette.cell)));
#pragma omp parallel for schedule(dynamic, 8)
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) {
      const size_t i = size_t(y) * matte.columns + x;
      if (places.data[i] || distance.ptr<float>()[i] > reach || matte.most[i] < kEmpty) continue;
      choose(palette, x / palette.cell, y / palette.cell, around, matte.screen(i).data(),
             matte.colour(i).data(), &colour.at<cv::Vec3f>(y, x)[0]);
    }
}

}  // namespace

FigureField figure_field(const PooledMatte& matte, const CoreMasks& masks, const FigureOptions& options) {
  const cv::Mat solid = places(matte, masks, options);
  const GridField empty(matte.columns, matte.rows, matte.pool);
  FigureField figure{empty, empty, empty, empty, empty};
  if (cv::countNonZero(solid) == 0) return figure;
  cv::Mat distance;
  cv::Mat colour = nearest_colours(matte, solid, distance);
  const float reach = options.reach_px / float(matte.pool);
  choose_colours(matte, solid, distance, reach, colour);
  const int side = 2 * blocks_of(kGuard, matte.pool) + 1;
  cv::blur(colour, colour, {side, side}, {-1, -1}, cv::BORDER_REPLICATE);
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) {
      const auto& c = colour.at<cv::Vec3f>(y, x);
      figure.r.at(x, y) = c[0];
      figure.g.at(x, y) = c[1];
      figure.b.at(x, y) = c[2];
      figure.known.at(x, y) = distance.at<float>(y, x) <= reach ? 1.0f : 0.0f;
      figure.solid.at(x, y) = solid.at<uchar>(y, x) ? 1.0f : 0.0f;
    }
  return figure;
}

std::vector<float> block_alpha(const PooledMatte& matte, const FigureField& figure) {
  std::vector<float> result(matte.mean.size());
#pragma omp parallel
  {
    std::vector<float> alpha(size_t(matte.columns)), trust = alpha;
#pragma omp for schedule(static)
    for (int y = 0; y < matte.rows; ++y) {
      const size_t at = size_t(y) * matte.columns;
      const float* known = figure.known.row(y);
      line_row({&matte.r[at], &matte.g[at], &matte.b[at]},
               {figure.r.row(y), figure.g.row(y), figure.b.row(y)},
               {&matte.screen_r[at], &matte.screen_g[at], &matte.screen_b[at]}, matte.columns, alpha.data(),
               trust.data());
      for (size_t x = 0; x < alpha.size(); ++x)
        result[at + x] = matte.mean[at + x] + known[x] * trust[x] * (alpha[x] - matte.mean[at + x]);
    }
  }
  return result;
}

}  // namespace sakuga::compose
