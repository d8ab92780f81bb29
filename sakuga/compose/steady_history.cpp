#include "sakuga/compose/steady_history.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/enlarged_rows.h"
#include "sakuga/compose/steady_rows.h"

namespace sakuga::compose {
namespace {

constexpr float kNoiseFloor = 0.4f / 255;  // Differences below it are never texture's.
constexpr int kBlock = 4;                  // Work pixels a side of what is looked at as one.
constexpr int kTile = 24;                  // Blocks a side of a noise tile.

// A plane of one number for each 2 x 2 pixels, at the work size.
cv::Mat at_work_size(const cv::Mat& plane, cv::Size size) {
  if (plane.size() == size) return plane;
  cv::Mat result;
  const bool smaller = size.area() < plane.size().area();
  cv::resize(plane, result, size, 0, 0, smaller ? cv::INTER_AREA : cv::INTER_LINEAR);
  return result;
}

// The mean of a plane in a block, or in what of it is inside.
float block_mean(const cv::Mat& plane, int block_x, int block_y) {
  const int right = std::min((block_x + 1) * kBlock, plane.cols),
            bottom = std::min((block_y + 1) * kBlock, plane.rows);
  float sum = 0;
  for (int y = block_y * kBlock; y < bottom; ++y)
    for (int x = block_x * kBlock; x < right; ++x) sum += plane.at<float>(y, x);
  return sum / float((right - block_x * kBlock) * (bottom - block_y * kBlock));
}

// The mean square that texture alone gives in a tile: a low percentile of its blocks', since edges that do
// not match and wrong flow only ever add to it.
float noise_of_tile(const cv::Mat& squares, const cv::Mat& seen, int tile_x, int tile_y, cv::Size blocks) {
  std::vector<float> values;
  for (int y = tile_y * kTile; y < std::min((tile_y + 1) * kTile, blocks.height); ++y)
    for (int x = tile_x * kTile; x < std::min((tile_x + 1) * kTile, blocks.width); ++x)
      if (block_mean(seen, x, y) > 0.5f) values.push_back(block_mean(squares, x, y));
  const float least = kNoiseFloor * kNoiseFloor;
  if (values.size() < 8) return least;
  const auto middle = values.begin() + long(values.size() * 4 / 10);
  std::nth_element(values.begin(), middle, values.end());
  return std::max(least, 1.15f * *middle);
}

cv::Mat tile_noise(const cv::Mat& squares, const cv::Mat& seen) {
  const cv::Size blocks(std::max(1, squares.cols / kBlock), std::max(1, squares.rows / kBlock));
  cv::Mat noise((blocks.height + kTile - 1) / kTile, (blocks.width + kTile - 1) / kTile, CV_32F);
#pragma omp parallel for schedule(static)
  for (int tile = 0; tile < int(noise.total()); ++tile) {
    const int x = tile % noise.cols, y = tile / noise.cols;
    noise.at<float>(y, x) = noise_of_tile(squares, seen, x, y, blocks);
  }
  return noise;
}

// Means over 3 x 3 of rows of planes, the border repeated: `sums` has room for two numbers more than a row.
class Means {
 public:
  explicit Means(const cv::Mat& plane) : plane_(plane), columns_(size_t(plane.cols) + 2), row_(plane.cols) {}
  const float* row(int y) {
    const float *above = plane_.ptr<float>(std::max(y - 1, 0)), *here = plane_.ptr<float>(y),
                *below = plane_.ptr<float>(std::min(y + 1, plane_.rows - 1));
    float* sums = columns_.data() + 1;
    for (int x = 0; x < plane_.cols; ++x) sums[x] = above[x] + here[x] + below[x];
    sums[-1] = sums[0];
    sums[plane_.cols] = sums[plane_.cols - 1];
    for (int x = 0; x < plane_.cols; ++x) row_[x] = (sums[x - 1] + sums[x] + sums[x + 1]) * (1.0f / 9);
    return row_.data();
  }

 private:
  const cv::Mat& plane_;
  std::vector<float> columns_, row_;
};

}  // namespace

void History::weigh(const cv::Mat& flow, const cv::Mat& seen) {
  const cv::Size size = flow.size();
  const cv::Mat squares = at_work_size(comparison_.squares, size),
                products = at_work_size(comparison_.products, size),
                powers = at_work_size(comparison_.powers, size);
  const cv::Mat now = tile_noise(squares, seen);
  noise_ = noise_.size() == now.size() ? cv::Mat(0.7 * noise_ + 0.3 * now) : now;
  cv::Mat count = along(count_, flow);
  weights_.create(size, CV_32FC4);
#pragma omp parallel
  {
    Means square_rows(squares), product_rows(products), power_rows(powers);
    EnlargedRows noise_rows(noise_, size);
#pragma omp for schedule(static)
    for (int y = 0; y < size.height; ++y) {
      const Evidence evidence = {noise_rows.row(y), seen.ptr<float>(y), square_rows.row(y),
                                 product_rows.row(y), power_rows.row(y)};
      weigh_row(evidence, most_, boil_, count.ptr<float>(y), weights_.ptr<float>(y), size.width);
    }
  }
  count_ = count;
}

double History::blend() {
  media::Image& here = comparison_.corrected;
  std::vector<double> changes(here.height);
#pragma omp parallel
  {
    EnlargedRows weights(weights_, {here.width, here.height});
#pragma omp for schedule(static)
    for (int y = 0; y < here.height; ++y) {
      const size_t start = size_t(y) * here.width;
      changes[y] =
          blend_row(weights.row(y), comparison_.fine.ptr<float>(y), comparison_.brought.pixels.data() + start,
                    here.pixels.data() + start, here.width);
    }
  }
  return std::accumulate(changes.begin(), changes.end(), 0.0) / (3.0 * double(here.pixels.size()));
}

StepReport History::step(const media::Image& frame, const LevelFields& fields, const cv::Mat& flow,
                         const cv::Mat& seen) {
  StepReport report;
  if (count_.empty() || boil_ == 0) {
    report.exposure = correct(frame, fields, comparison_);
    count_ = cv::Mat::ones(seen.size(), CV_32F);
  } else {
    report.exposure = compare(frame, fields, result_, flow, comparison_);
    weigh(flow, seen);
    report.boil = blend();
  }
  std::swap(result_, comparison_.corrected);
  return report;
}

}  // namespace sakuga::compose
