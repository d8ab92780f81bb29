#include "sakuga/compose/steady_levels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/imgproc.hpp>
#include <vector>

#include "sakuga/compose/area_axis.h"
#include "sakuga/compose/pixel_rows.h"
#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr double kLongerSide = 160;  // Of levels; smaller frames are their own.
constexpr double kSigma = 0.05;      // Of the fields' smoothness, as a part of the frame's longer side.
constexpr double kDetailSigma =
    1.5;  // Level pixels; finer detail suffers from being moved and is not compared.
constexpr float kGainSigma = 0.08f;  // How far gains and offsets are expected to wander.
constexpr float kOffsetSigma = 0.03f;
constexpr float kPull = 0.06f;  // Variance of levels from which on their contrast decides on the gain.

SAKUGA_VECTORISE void add_premultiplied(const media::Rgba* row, float weight, media::Rgba* sums, int count) {
  for (int x = 0; x < count; ++x) {
    const float part = weight * row[x].a;
    sums[x].r += part * row[x].r;
    sums[x].g += part * row[x].g;
    sums[x].b += part * row[x].b;
    sums[x].a += part;
  }
}

// Means over a neighbourhood of the products that the fit needs; x is the level, y the target.
struct Moments {
  cv::Mat weight;        // CV_32F
  cv::Mat x, y, xx, xy;  // CV_32FC3, not divided by the weight.
};

Moments moments(cv::Mat level, cv::Mat sum) {
  for (auto* field : {&level, &sum}) {
    cv::Mat smooth;
    cv::GaussianBlur(*field, smooth, {}, kDetailSigma, kDetailSigma, cv::BORDER_REFLECT);
    *field = smooth;
  }
  Moments m = {cv::Mat(level.size(), CV_32F), {}, {}, {}, {}};
  for (auto* field : {&m.x, &m.y, &m.xx, &m.xy}) field->create(level.size(), CV_32FC3);
  for (int row = 0; row < level.rows; ++row) {
    const auto *l = level.ptr<cv::Vec4f>(row), *s = sum.ptr<cv::Vec4f>(row);
    for (int column = 0; column < level.cols; ++column) {
      const float own = l[column][3], all = s[column][3];
      // What the neighbours say counts by their number; a pixel with none of them says nothing.
      const float others = std::max(all - own, 0.0f);
      const float weight = own > 1e-3f ? own * others / (others + 1) : 0;
      m.weight.at<float>(row, column) = weight;
      for (int c = 0; c < 3; ++c) {
        const float x = weight > 0 ? l[column][c] / own : 0, y = weight > 0 ? s[column][c] / all : 0;
        m.x.at<cv::Vec3f>(row, column)[c] = weight * x;
        m.y.at<cv::Vec3f>(row, column)[c] = weight * y;
        m.xx.at<cv::Vec3f>(row, column)[c] = weight * x * x;
        m.xy.at<cv::Vec3f>(row, column)[c] = weight * x * y;
      }
    }
  }
  const double sigma = std::max(1.0, kSigma * std::max(level.cols, level.rows));
  for (auto* field : {&m.weight, &m.x, &m.y, &m.xx, &m.xy})
    cv::GaussianBlur(*field, *field, {}, sigma, sigma, cv::BORDER_REFLECT);
  return m;
}

}  // namespace

cv::Size level_size(cv::Size full) {
  const double reduction = std::max(1.0, std::max(full.width, full.height) / kLongerSide);
  const auto side = [&](int length) { return std::max(8, int(std::lround(length / reduction))); };
  return {side(full.width), side(full.height)};
}

cv::Mat level_of(const media::Image& frame) {
  const auto size = level_size({frame.width, frame.height});
  const AreaAxis across(frame.width, size.width), down(frame.height, size.height);
  cv::Mat level(size, CV_32FC4);
#pragma omp parallel
  {
    std::vector<media::Rgba> sums(frame.width);
#pragma omp for schedule(static)
    for (int y = 0; y < size.height; ++y) {
      const auto rows = down[y];
      std::fill(sums.begin(), sums.end(), media::Rgba{0, 0, 0, 0});
      for (int k = 0; k < rows.count; ++k) {
        const int from = rows.first + k;
        add_premultiplied(frame.pixels.data() + size_t(from) * frame.width, rows.weights[k], sums.data(),
                          frame.width);
      }
      auto* out = level.ptr<cv::Vec4f>(y);
      for (int x = 0; x < size.width; ++x) {
        const auto columns = across[x];
        Four sum = {0, 0, 0, 0};
        for (int k = 0; k < columns.count; ++k) sum += columns.weights[k] * load(sums[columns.first + k]);
        std::memcpy(out[x].val, &sum, sizeof sum);
      }
    }
  }
  return level;
}

void LevelSum::move(const Way& way) {
  if (sum_.empty()) return;
  cv::Mat moved = along(sum_, way.level_flow);
  for (int y = 0; y < moved.rows; ++y) {
    auto* row = moved.ptr<cv::Vec4f>(y);
    const float* t = way.level_seen.ptr<float>(y);
    for (int x = 0; x < moved.cols; ++x) row[x] *= keep_ * t[x] * t[x];
  }
  sum_ = moved;
}

void LevelSum::add(const cv::Mat& level) {
  if (sum_.empty())
    sum_ = level.clone();
  else
    sum_ += level;
}

// Means are matched whatever they are. How a difference of means is shared between gain and offset is decided
// by the levels' contrast where there is much, by what is usual where there is little: moving a level along
// the flow costs it contrast, which must not be taken for flicker.
LevelFields match_levels(const cv::Mat& level, const cv::Mat& sum) {
  const Moments m = moments(level, sum);
  LevelFields fields = {cv::Mat(level.size(), CV_32FC4), cv::Mat(level.size(), CV_32FC4)};
  for (int row = 0; row < level.rows; ++row)
    for (int column = 0; column < level.cols; ++column) {
      const float weight = m.weight.at<float>(row, column);
      auto& gain = fields.gain.at<cv::Vec4f>(row, column);
      auto& offset = fields.offset.at<cv::Vec4f>(row, column);
      gain = offset = {0, 0, 0, 0};
      if (weight < 1e-4f) continue;
      const float trust = std::min(1.0f, weight / 0.2f);
      for (int c = 0; c < 3; ++c) {
        const float x = m.x.at<cv::Vec3f>(row, column)[c] / weight;
        const float difference = m.y.at<cv::Vec3f>(row, column)[c] / weight - x;
        const float variance = m.xx.at<cv::Vec3f>(row, column)[c] / weight - x * x;
        const float covariance = m.xy.at<cv::Vec3f>(row, column)[c] / weight - x * (x + difference);
        constexpr float kOffsetShare = kOffsetSigma * kOffsetSigma / (kGainSigma * kGainSigma);
        const float usual = difference * x / (x * x + kOffsetShare);
        const float fit = (covariance - variance + kPull * usual) / (variance + kPull);
        gain[c] = trust * std::clamp(fit, -0.4f, 0.4f);
        offset[c] = trust * std::clamp(difference - std::clamp(fit, -0.4f, 0.4f) * x, -0.3f, 0.3f);
      }
    }
  return fields;
}

}  // namespace sakuga::compose
