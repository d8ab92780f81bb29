#include "sakuga/compose/matte_core.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

namespace sakuga::compose {
namespace {

constexpr int kLevels = 64;          // Of alpha.
constexpr float kClear = 0.08f;      // Mean alpha of a block below which it is certainly screen,
constexpr float kOpen = 0.5f;        // and below which it may be.
constexpr float kRaised = 0.04f;     // A pit deeper than this is filled.
constexpr float kSpeck = 0.1f;       // Mean alpha from which a block belongs to something.
constexpr float kSpeckSolid = 0.3f;  // What nowhere reaches this is a stain on the screen, however large.

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

// For each block the highest mean alpha that cannot be avoided on the way to a clear spot of the screen:
// morphological reconstruction (Vincent 1993) by a queue of levels.
std::vector<float> filled(const PooledMatte& matte) {
  std::vector<std::vector<int>> queue(kLevels);
  std::vector<int> level(matte.mean.size(), kLevels);
  const auto reach = [&](int block, int from) {
    const int to = std::max(from, level_of(matte.mean[size_t(block)]));
    if (to >= level[size_t(block)]) return;
    level[size_t(block)] = to;
    queue[size_t(to)].push_back(block);
  };
  for (int i = 0; i < int(level.size()); ++i)
    if (matte.mean[size_t(i)] < kClear) reach(i, 0);
  for (int at = 0; at < kLevels; ++at)
    for (size_t i = 0; i < queue[size_t(at)].size(); ++i) {
      const int block = queue[size_t(at)][i], x = block % matte.columns, y = block / matte.columns;
      if (level[size_t(block)] < at) continue;
      if (x > 0) reach(block - 1, at);
      if (x + 1 < matte.columns) reach(block + 1, at);
      if (y > 0) reach(block - matte.columns, at);
      if (y + 1 < matte.rows) reach(block + matte.columns, at);
    }
  std::vector<float> result(level.size());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = std::max(matte.mean[i], level[i] >= kLevels - 1 ? 1.0f : float(level[i]) / kLevels);
  return result;
}

GridField core_of(const PooledMatte& matte, float depth_px) {
  GridField core(matte.columns, matte.rows, matte.pool);
  if (depth_px <= 0) return core;
  const auto levels = filled(matte);
  cv::Mat depth;
  cv::distanceTransform(as_matrix(levels, matte) >= kOpen, depth, cv::DIST_L2, cv::DIST_MASK_5);
  for (int y = 0; y < matte.rows; ++y)
    for (int x = 0; x < matte.columns; ++x) {
      const size_t i = size_t(y) * matte.columns + x;
      const float px = depth.at<float>(y, x) * float(matte.pool);
      const float t = std::clamp((px - depth_px) / (1.5f * depth_px), 0.0f, 1.0f);
      const float raised = levels[i] - matte.mean[i] > kRaised ? levels[i] : 0;
      core.at(x, y) = std::max(t * t * (3 - 2 * t), raised);
    }
  return core;
}

GridField keep_of(const PooledMatte& matte, float despeckle_px) {
  GridField keep(matte.columns, matte.rows, matte.pool);
  const cv::Mat something = as_matrix(matte.mean, matte) >= kSpeck;
  cv::Mat labels, statistics, centres;
  const int count = cv::connectedComponentsWithStats(something, labels, statistics, centres, 8, CV_32S);
  const auto most = extreme(labels, matte.mean, count, 0, [](float a, float b) { return std::max(a, b); });
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
  for (auto* plane : {&least, &mean, &most}) plane->resize(size_t(columns) * rows);
}

CoreMasks core_masks(const PooledMatte& matte, const CoreOptions& options) {
  return {core_of(matte, options.depth_px), keep_of(matte, options.despeckle_px)};
}

}  // namespace sakuga::compose
