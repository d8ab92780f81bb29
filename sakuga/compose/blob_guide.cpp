#include "sakuga/compose/blob_guide.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

constexpr float kSpacing = 1 / 14.0f;  // Of the smaller side.
constexpr float kMeeting = 0.45f;      // Of the spacing: nearer points merge.
constexpr int kSamples = 5;            // Vectors looked at under a blob, in each direction.
constexpr int kLeastTrust = 255 * 2;   // Of the sum over the samples.

bool covered(const media::Image& plate, float x, float y) {
  const int column = std::clamp(int(std::lround(x)), 0, plate.width - 1);
  const int row = std::clamp(int(std::lround(y)), 0, plate.height - 1);
  return plate.pixels[size_t(row) * size_t(plate.width) + size_t(column)].a > 0.5f;
}

}  // namespace

void BlobGuide::begin(const media::Image& plate) {
  if (plate.pixels.empty()) core::fail(core::ErrorKind::BadRequest, "blob guide: the frame is empty");
  width_ = plate.width;
  height_ = plate.height;
  spacing_px_ = std::max(2.0f, kSpacing * float(std::min(width_, height_)));
  points_.clear();
  next_ = 0;
  fill(plate);
}

// Puts a blob wherever a square of the grid is covered and no blob is near its middle.
void BlobGuide::fill(const media::Image& plate) {
  for (float y = spacing_px_ / 2; y < float(height_); y += spacing_px_)
    for (float x = spacing_px_ / 2; x < float(width_); x += spacing_px_) {
      if (!covered(plate, x, y)) continue;
      const bool taken = std::any_of(points_.begin(), points_.end(), [&](const Point& p) {
        return std::hypot(p.x - x, p.y - y) < 0.9f * spacing_px_;
      });
      if (!taken) points_.push_back({x, y, next_++});
    }
}

void BlobGuide::advance(const Flow& forward, const media::Image8& visible, const media::Image& plate) {
  if (width_ == 0) core::fail(core::ErrorKind::Internal, "blob guide: advance() before begin()");
  if (plate.width != width_ || plate.height != height_ || forward.width != width_ ||
      forward.height != height_ || visible.width != width_ || visible.height != height_)
    core::fail(core::ErrorKind::BadRequest, "blob guide: expected {}x{} as in the first frame, got {}x{}",
               width_, height_, plate.width, plate.height);
  std::vector<Point> kept;
  for (auto point : points_) {
    double dx = 0, dy = 0;
    int64_t trust = 0;
    for (int j = 0; j < kSamples; ++j)
      for (int i = 0; i < kSamples; ++i) {
        const float step = spacing_px_ / kSamples;
        const int x = int(std::lround(point.x + step * float(i - kSamples / 2)));
        const int y = int(std::lround(point.y + step * float(j - kSamples / 2)));
        if (x < 0 || y < 0 || x >= width_ || y >= height_) continue;
        const int weight = *visible.at(x, y);
        const auto& v = forward.vectors[size_t(y) * size_t(width_) + size_t(x)];
        dx += double(weight) * v.x;
        dy += double(weight) * v.y;
        trust += weight;
      }
    if (trust < kLeastTrust) continue;
    point.x += float(dx / double(trust));
    point.y += float(dy / double(trust));
    if (point.x < 0 || point.y < 0 || point.x > float(width_ - 1) || point.y > float(height_ - 1)) continue;
    if (!covered(plate, point.x, point.y)) continue;
    const bool met = std::any_of(kept.begin(), kept.end(), [&](const Point& other) {
      return std::hypot(other.x - point.x, other.y - point.y) < kMeeting * spacing_px_;
    });
    if (!met) kept.push_back(point);
  }
  points_ = std::move(kept);
  fill(plate);
}

media::Image BlobGuide::draw() const {
  media::Image guide((width_ + 1) / 2, (height_ + 1) / 2);
  std::vector<float> weights(guide.pixels.size(), 1e-3f);
  for (auto& p : guide.pixels) p = {0, 0, 0, 1};
  const float sigma = 0.6f * spacing_px_ / 2;
  const int reach = int(std::ceil(2.5f * sigma));
  for (const auto& point : points_) {
    core::Rng rng(seed_, point.number);
    const float r = float(rng.uniform()), g = float(rng.uniform()), b = float(rng.uniform());
    const float cx = point.x / 2 - 0.25f, cy = point.y / 2 - 0.25f;
    for (int y = std::max(0, int(cy) - reach); y <= std::min(guide.height - 1, int(cy) + reach); ++y)
      for (int x = std::max(0, int(cx) - reach); x <= std::min(guide.width - 1, int(cx) + reach); ++x) {
        const float d2 = (float(x) - cx) * (float(x) - cx) + (float(y) - cy) * (float(y) - cy);
        const float w = std::exp(-d2 / (2 * sigma * sigma));
        const size_t i = size_t(y) * size_t(guide.width) + size_t(x);
        auto& p = guide.pixels[i];
        p = {p.r + w * r, p.g + w * g, p.b + w * b, 1};
        weights[i] += w;
      }
  }
  for (size_t i = 0; i < weights.size(); ++i) {
    auto& p = guide.pixels[i];
    p = {p.r / weights[i], p.g / weights[i], p.b / weights[i], 1};
  }
  return guide;
}

}  // namespace sakuga::compose
