#include "sakuga/compose/steady_history.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/pixel_rows.h"

namespace sakuga::compose {
namespace {

constexpr float kNoiseFloor = 0.4f / 255;  // Differences below it are never texture's.
constexpr int kTile = 24;                  // Blocks of 4 x 4 work pixels a side of a noise tile.
constexpr float kSoftness = 5;             // How much lost detail counts against the past.
constexpr float kQuiet = 1.5f / 255;       // Texture that boils by less is left alone.
constexpr float kSnap = 0.04f;             // Pixels; motion nearer to whole pixels is taken as whole.

float luma(Four p) {
  return 0.2126f * p[0] + 0.7152f * p[1] + 0.0722f * p[2];
}

// result_ where (x, y) came from; copied, not resampled, where it moved by whole pixels.
Four sample(const media::Image& image, int x, int y, float dx, float dy) {
  const float whole_x = std::nearbyint(dx), whole_y = std::nearbyint(dy);
  if (std::abs(dx - whole_x) < kSnap && std::abs(dy - whole_y) < kSnap) {
    const int from_x = std::clamp(x + int(whole_x), 0, image.width - 1);
    const int from_y = std::clamp(y + int(whole_y), 0, image.height - 1);
    return load(image.pixels[size_t(from_y) * image.width + from_x]);
  }
  return sample_cubic(image, float(x) + dx, float(y) + dy);
}

// The mean square that texture alone gives in each tile: a low percentile of its blocks', since edges that do
// not match and wrong flow only ever add to it.
cv::Mat tile_noise(const cv::Mat& squares, const cv::Mat& seen) {
  const cv::Size blocks(std::max(1, squares.cols / 4), std::max(1, squares.rows / 4));
  cv::Mat level, trust;
  cv::resize(squares, level, blocks, 0, 0, cv::INTER_AREA);
  cv::resize(seen, trust, blocks, 0, 0, cv::INTER_AREA);
  const cv::Size tiles((blocks.width + kTile - 1) / kTile, (blocks.height + kTile - 1) / kTile);
  cv::Mat noise(tiles, CV_32F);
  std::vector<float> values;
  for (int ty = 0; ty < tiles.height; ++ty)
    for (int tx = 0; tx < tiles.width; ++tx) {
      values.clear();
      for (int y = ty * kTile; y < std::min((ty + 1) * kTile, blocks.height); ++y)
        for (int x = tx * kTile; x < std::min((tx + 1) * kTile, blocks.width); ++x)
          if (trust.at<float>(y, x) > 0.5f) values.push_back(level.at<float>(y, x));
      float& value = noise.at<float>(ty, tx);
      value = kNoiseFloor * kNoiseFloor;
      if (values.size() < 8) continue;
      const auto middle = values.begin() + values.size() * 4 / 10;
      std::nth_element(values.begin(), middle, values.end());
      value = std::max(value, 1.15f * *middle);
    }
  return noise;
}

}  // namespace

double History::correct(const media::Image& frame, const LevelFields& fields) {
  if (corrected_.width != frame.width || corrected_.height != frame.height)
    corrected_ = media::Image(frame.width, frame.height);
  corrected_.transfer = frame.transfer;
  const cv::Size full(frame.width, frame.height);
  std::vector<double> changes(frame.height);
#pragma omp parallel
  {
    EnlargedRows gains(fields.gain, full), offsets(fields.offset, full);
#pragma omp for schedule(static)
    for (int y = 0; y < frame.height; ++y) {
      const float *gain = gains.row(y), *offset = offsets.row(y);
      const media::Rgba* in = frame.pixels.data() + size_t(y) * frame.width;
      media::Rgba* out = corrected_.pixels.data() + size_t(y) * frame.width;
      Four sum = {0, 0, 0, 0};
      for (int x = 0; x < frame.width; ++x) {
        Four g, o;
        std::memcpy(&g, gain + 4 * x, sizeof g);
        std::memcpy(&o, offset + 4 * x, sizeof o);
        const Four colour = load(in[x]);
        const Four change = g * colour + o;
        store(out[x], colour + change);
        sum += change < 0 ? -change : change;
      }
      changes[y] = sum[0] + sum[1] + sum[2];
    }
  }
  return std::accumulate(changes.begin(), changes.end(), 0.0) / (3.0 * frame.width * frame.height);
}

void History::bring(const cv::Mat& flow) {
  const int width = corrected_.width, height = corrected_.height;
  if (brought_.width != width || brought_.height != height) brought_ = media::Image(width, height);
  for (auto* plane : {&squares_, &luma_here_, &luma_there_}) plane->create(height, width, CV_32F);
  const float sx = float(width) / float(flow.cols), sy = float(height) / float(flow.rows);
#pragma omp parallel
  {
    EnlargedRows flows(flow, {width, height});
#pragma omp for schedule(static)
    for (int y = 0; y < height; ++y) {
      const float* f = flows.row(y);
      const media::Rgba* here = corrected_.pixels.data() + size_t(y) * width;
      media::Rgba* there = brought_.pixels.data() + size_t(y) * width;
      float *square = squares_.ptr<float>(y), *luma_here = luma_here_.ptr<float>(y),
            *luma_there = luma_there_.ptr<float>(y);
      for (int x = 0; x < width; ++x) {
        const Four past = sample(result_, x, y, f[2 * x] * sx, f[2 * x + 1] * sy);
        store(there[x], past);
        const Four now = load(here[x]), d = past - now;
        luma_here[x] = luma(now);
        luma_there[x] = luma(past);
        // A past of other opacity is no past.
        square[x] = (d[0] * d[0] + d[1] * d[1] + d[2] * d[2]) / 3 + d[3] * d[3];
      }
    }
  }
}

// By how much the past's fine detail is to be raised to be as strong as the frame's, less 1, at the work
// size: the regression of the frame's detail on the past's, which the frame's texture does not bias. Leaves
// the past's detail in luma_there_.
cv::Mat History::lost_detail(const cv::Mat& noise) {
  for (auto* plane : {&luma_here_, &luma_there_}) {
    cv::Mat smooth;
    cv::blur(*plane, smooth, {3, 3});
    *plane -= smooth;
  }
  cv::Mat product = luma_here_.mul(luma_there_), power = luma_there_.mul(luma_there_), loss;
  cv::resize(product, product, noise.size(), 0, 0, cv::INTER_AREA);
  cv::resize(power, power, noise.size(), 0, 0, cv::INTER_AREA);
  cv::blur(product, product, {3, 3});
  cv::blur(power, power, {3, 3});
  cv::divide(product - power, power + 0.05 * noise, loss);
  return loss;
}

// How much of the past each work pixel takes, how far a pixel may move by it, and lost_detail(): CV_32FC4.
cv::Mat History::weigh(const cv::Mat& flow, const cv::Mat& seen) {
  cv::Mat squares, noise, count = along(count_, flow);
  cv::resize(squares_, squares, flow.size(), 0, 0, cv::INTER_AREA);
  const cv::Mat now = tile_noise(squares, seen);
  noise_ = noise_.size() == now.size() ? cv::Mat(0.7 * noise_ + 0.3 * now) : now;
  cv::resize(noise_, noise, flow.size(), 0, 0, cv::INTER_LINEAR);
  cv::blur(squares, squares, {3, 3});
  const cv::Mat loss = lost_detail(noise);
  cv::Mat weights(flow.size(), CV_32FC4);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < flow.rows; ++y) {
    const float *v = noise.ptr<float>(y), *s = seen.ptr<float>(y), *d = squares.ptr<float>(y),
                *l = loss.ptr<float>(y);
    float* n = count.ptr<float>(y);
    auto* out = weights.ptr<cv::Vec4f>(y);
    for (int x = 0; x < flow.cols; ++x) {
      const float excess = std::max(0.0f, d[x] / v[x] - 1);
      // A past that was resampled until it is soft counts less, and what it still gives is sharpened.
      const float softness = kSoftness * std::max(0.0f, l[x]);
      const float past = n[x] * s[x] / ((1 + excess * excess) * (1 + softness));
      const float boiling = v[x] * v[x] / (v[x] * v[x] + kQuiet * kQuiet * kQuiet * kQuiet);
      out[x] = {boil_ * boiling * past / (past + 1), 4 * std::sqrt(v[x]),
                1.5f * std::clamp(l[x], -0.2f, 0.6f), 0};
      n[x] = std::min(past + 1, most_);
    }
  }
  count_ = count;
  return weights;
}

double History::blend(const cv::Mat& weights) {
  const int width = corrected_.width, height = corrected_.height;
  std::vector<double> changes(height);
#pragma omp parallel
  {
    EnlargedRows rows(weights, {width, height});
#pragma omp for schedule(static)
    for (int y = 0; y < height; ++y) {
      const float *w = rows.row(y), *fine = luma_there_.ptr<float>(y);
      const media::Rgba* past = brought_.pixels.data() + size_t(y) * width;
      media::Rgba* here = corrected_.pixels.data() + size_t(y) * width;
      double line = 0;
      for (int x = 0; x < width; ++x) {
        const float share = w[4 * x], limit = w[4 * x + 1], detail = w[4 * x + 2] * fine[x];
        const Four now = load(here[x]);
        Four move = share * clamped(load(past[x]) + detail - now, -limit, limit);
        move[3] = 0;
        store(here[x], now + move);
        line += std::abs(move[0]) + std::abs(move[1]) + std::abs(move[2]);
      }
      changes[y] = line;
    }
  }
  return std::accumulate(changes.begin(), changes.end(), 0.0) / (3.0 * width * height);
}

StepReport History::step(const media::Image& frame, const LevelFields& fields, const cv::Mat& flow,
                         const cv::Mat& seen) {
  StepReport report;
  report.exposure = correct(frame, fields);
  if (count_.empty()) {
    count_ = cv::Mat::ones(seen.size(), CV_32F);
  } else if (boil_ > 0) {
    bring(flow);
    report.boil = blend(weigh(flow, seen));
  }
  std::swap(result_, corrected_);
  return report;
}

}  // namespace sakuga::compose
