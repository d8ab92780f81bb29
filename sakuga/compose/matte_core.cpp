#include "sakuga/compose/matte_core.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/colour_line.h"

namespace sakuga::compose {
namespace {

constexpr int kLevels = 64;          // Of alpha.
constexpr float kClear = 0.08f;      // Mean alpha of a block below which it is certainly screen,
constexpr float kLit = 0.7f;         // if no farther from the screen's colour than this, by its length;
constexpr float kSeen = 0.45f;       // below which it is screen
constexpr float kNear = 0.3f;        // if no farther than this;
constexpr float kOpen = 0.5f;        // and below which it may be.
constexpr float kRaised = 0.04f;     // A pit deeper than this is filled.
constexpr float kSpeck = 0.1f;       // Mean alpha from which a block belongs to something.
constexpr float kSpeckSolid = 0.3f;  // What nowhere reaches this is a stain on the screen, however large.
constexpr int kStep = 6;             // Pixels over which a surface is even or an edge.
constexpr float kPale = 0.6f;   // Saturation relative to the screen's below which a surface is none of it,
constexpr float kFull = 0.85f;  // and from which it may be.
constexpr float kUnlike = 0.2f, kLike = 0.4f;  // Shares of the screen from which that is looked at.
constexpr float kEven = 0.08f;   // Step to the next block, relative to the distance from the screen, up to
constexpr float kSteep = 0.25f;  // which a surface is even, and from which it is an edge.

cv::Mat as_matrix(const std::vector<float>& plane, const PooledMatte& matte) {
  return {matte.rows, matte.columns, CV_32F, const_cast<float*>(plane.data())};
}

// For each label of connected components the result of `better` over its blocks' means.
template <class Better>
std::vector<float> extreme(const cv::Mat& labels, const std::vector<float>& mean, int count, float start,
                           Better better) {
  std::vector<float> result(size_t(count), start);
  const int* label = labels.ptr<int>();
  for (size_t i = 0; i < mean.size(); ++i)
    result[size_t(label[i])] = better(result[size_t(label[i])], mean[i]);
  return result;
}

int level_of(float alpha) {
  return std::clamp(int(alpha * kLevels), 0, kLevels - 1);
}

// For each block the highest alpha that cannot be avoided on the way to an opening, where the screen is seen:
// morphological reconstruction (Vincent 1993) by a queue of levels.
std::vector<float> filled(const std::vector<float>& mean, const std::vector<bool>& opening, int columns,
                          int rows) {
  std::vector<std::vector<int>> queue(kLevels);
  std::vector<int> level(mean.size(), kLevels);
  const auto reach = [&](int block, int from) {
    const int to = std::max(from, level_of(mean[size_t(block)]));
    if (to >= level[size_t(block)]) return;
    level[size_t(block)] = to;
    queue[size_t(to)].push_back(block);
  };
  for (int i = 0; i < int(level.size()); ++i)
    if (opening[size_t(i)]) level[size_t(i)] = level_of(mean[size_t(i)]);
  const auto closed_beside = [&](int i) {
    const int x = i % columns, y = i / columns;
    return (x > 0 && !opening[size_t(i - 1)]) || (x + 1 < columns && !opening[size_t(i + 1)]) ||
           (y > 0 && !opening[size_t(i - columns)]) || (y + 1 < rows && !opening[size_t(i + columns)]);
  };
  for (int i = 0; i < int(level.size()); ++i)
    if (opening[size_t(i)] && closed_beside(i)) queue[size_t(level[size_t(i)])].push_back(i);
  for (int at = 0; at < kLevels; ++at)
    for (size_t i = 0; i < queue[size_t(at)].size(); ++i) {
      const int block = queue[size_t(at)][i], x = block % columns, y = block / columns;
      if (level[size_t(block)] < at) continue;
      if (x > 0) reach(block - 1, at);
      if (x + 1 < columns) reach(block + 1, at);
      if (y > 0) reach(block - columns, at);
      if (y + 1 < rows) reach(block + columns, at);
    }
  std::vector<float> result(level.size());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = std::max(mean[i], level[i] >= kLevels - 1 ? 1.0f : float(level[i]) / kLevels);
  return result;
}

// From 1 at `low` to 0 at `high`.
float falling(float value, float low, float high) {
  return std::clamp((high - value) / (high - low), 0.0f, 1.0f);
}

// How far each block has less saturation than the screen there, 0 to 1.
std::vector<float> pale_of(const PooledMatte& matte) {
  std::vector<float> pale(matte.mean.size());
  for (size_t i = 0; i < pale.size(); ++i) {
    const auto c = chroma_of(matte.r[i], matte.g[i], matte.b[i]);
    const auto s = chroma_of(matte.screen_r[i], matte.screen_g[i], matte.screen_b[i]);
    const float along = (s.cb * c.cb + s.cr * c.cr) / std::max(s.cb * s.cb + s.cr * s.cr, 1e-8f);
    pale[i] = falling(along * s.y / std::max(c.y, 1e-4f), kPale, kFull);
  }
  return pale;
}

// How unlike the blocks some pixels around are on the line from the screen through a block's colour, which
// light and folds do not change: the largest difference from alpha 1.
float step_around(const PooledMatte& matte, int x, int y) {
  const auto colour_at = [&](int u, int v) { return matte.colour(size_t(v) * matte.columns + u); };
  const LineFrom line(colour_at(x, y).data(), matte.screen(size_t(y) * matte.columns + x).data());
  const int step = std::max(1, (kStep + matte.pool - 1) / matte.pool);
  float most = 0;
  for (int v = y - step; v <= y + step; v += step)
    for (int u = x - step; u <= x + step; u += step) {
      if (u < 0 || v < 0 || u >= matte.columns || v >= matte.rows) continue;
      most = std::max(most, std::abs(line.alpha(colour_at(u, v).data()) - 1));
    }
  return most;
}

// Raises the mean of what is pale: to firm figure where it is even, else so far that it counts as inside the
// figure and is filled in its depth. Returns how firm each block is.
std::vector<float> firm(const PooledMatte& matte, std::vector<float>& mean) {
  const std::vector<float> pale = pale_of(matte);
  std::vector<float> firmness(mean.size());
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) {
      const size_t i = size_t(y) * matte.columns + x;
      if (pale[i] == 0) continue;
      const float like = 1 - falling(1 - mean[i], kUnlike, kLike);
      if (like > 0) firmness[i] = like * pale[i] * falling(step_around(matte, x, y), kEven, kSteep);
      mean[i] = std::max({mean[i], firmness[i], kClear, kOpen * pale[i]});
    }
  return firmness;
}

// Where the screen is seen: nearly no alpha and nearly its brightness; or, not far from there as between
// strands of hair, less of that and nearly its colour.
std::vector<bool> openings(const PooledMatte& matte, float far_px) {
  std::vector<float> away(matte.mean.size());
  cv::Mat unclear(matte.rows, matte.columns, CV_8U), distance;
  for (size_t i = 0; i < away.size(); ++i) {
    const auto s = matte.screen(i);
    const float dr = matte.r[i] - s[0], dg = matte.g[i] - s[1], db = matte.b[i] - s[2];
    away[i] = std::sqrt((dr * dr + dg * dg + db * db) / (s[0] * s[0] + s[1] * s[1] + s[2] * s[2] + 1e-8f));
    unclear.data[i] = matte.mean[i] < kClear && away[i] < kLit ? 0 : 255;
  }
  cv::distanceTransform(unclear, distance, cv::DIST_L2, cv::DIST_MASK_3);
  std::vector<bool> result(matte.mean.size());
  for (size_t i = 0; i < result.size(); ++i) {
    const bool close = distance.ptr<float>()[i] * float(matte.pool) < far_px;
    result[i] = unclear.data[i] == 0 || (close && matte.mean[i] < kSeen && away[i] < kNear);
  }
  return result;
}

GridField core_of(const PooledMatte& matte, const std::vector<float>& mean, const std::vector<bool>& opening,
                  float depth_px) {
  GridField core(matte.columns, matte.rows, matte.pool);
  const auto levels = filled(mean, opening, matte.columns, matte.rows);
  cv::Mat depth;
  cv::distanceTransform(as_matrix(levels, matte) >= kOpen, depth, cv::DIST_L2, cv::DIST_MASK_5);
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) {
      const size_t i = size_t(y) * matte.columns + x;
      const float px = depth.at<float>(y, x) * float(matte.pool);
      const float t = std::clamp((px - depth_px) / (1.5f * depth_px), 0.0f, 1.0f);
      const float raised = levels[i] - mean[i] > kRaised ? levels[i] : 0;
      core.at(x, y) = std::max(t * t * (3 - 2 * t), raised);
    }
  return core;
}

GridField keep_of(const PooledMatte& matte, const std::vector<float>& mean, float despeckle_px) {
  GridField keep(matte.columns, matte.rows, matte.pool);
  const cv::Mat something = as_matrix(mean, matte) >= kSpeck;
  cv::Mat labels, statistics, centres;
  const int count = cv::connectedComponentsWithStats(something, labels, statistics, centres, 8, CV_32S);
  const auto most = extreme(labels, mean, count, 0, [](float a, float b) { return std::max(a, b); });
  const float least_blocks = despeckle_px * despeckle_px / float(matte.pool * matte.pool);
  cv::Mat cleared = cv::Mat::zeros(matte.rows, matte.columns, CV_8U);
  const auto is_speck = [&](int label) {
    return label > 0 && (float(statistics.at<int>(label, cv::CC_STAT_AREA)) < least_blocks ||
                         most[size_t(label)] < kSpeckSolid);
  };
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x)
      cleared.at<uchar>(y, x) = is_speck(labels.at<int>(y, x)) ? 255 : 0;
  cv::Mat kept;
  cv::dilate(something & ~cleared, kept, cv::getStructuringElement(cv::MORPH_ELLIPSE, {7, 7}));
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x)
      keep.at(x, y) = despeckle_px <= 0 || kept.at<uchar>(y, x) ? 1.0f : 0.0f;
  return keep;
}

}  // namespace

PooledMatte::PooledMatte(int width, int height, int p)
    : columns((width + p - 1) / p), rows((height + p - 1) / p), pool(p) {
  for (auto* plane : {&least, &mean, &most, &r, &g, &b, &screen_r, &screen_g, &screen_b})
    plane->resize(size_t(columns) * rows);
}

void raise_pits(const std::vector<float>& alpha, GridField& core) {
  std::vector<bool> opening(alpha.size());
  for (size_t i = 0; i < alpha.size(); ++i) opening[i] = alpha[i] < kSeen;
  const auto levels = filled(alpha, opening, core.columns(), core.rows());
  for (size_t i = 0; i < alpha.size(); ++i)
    if (levels[i] - alpha[i] > kRaised) {
      float& value = core.at(int(i) % core.columns(), int(i) / core.columns());
      value = std::max(value, levels[i]);
    }
}

CoreMasks core_masks(const PooledMatte& matte, const CoreOptions& options) {
  std::vector<float> mean = matte.mean;
  if (options.depth_px <= 0)
    return {GridField(matte.columns, matte.rows, matte.pool), keep_of(matte, mean, options.despeckle_px)};
  const auto opening = openings(matte, 2 * options.depth_px);
  const auto firmness = firm(matte, mean);
  CoreMasks masks = {core_of(matte, mean, opening, options.depth_px),
                     keep_of(matte, mean, options.despeckle_px)};
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x)
      masks.core.at(x, y) = std::max(masks.core.at(x, y), firmness[size_t(y) * matte.columns + x]);
  return masks;
}

}  // namespace sakuga::compose
