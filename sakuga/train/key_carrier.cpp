#include "sakuga/train/key_carrier.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/flow.h"
#include "sakuga/compose/over.h"
#include "sakuga/media/colour.h"

namespace sakuga::train {
namespace {

constexpr float kLikeness = 0.024f;   // Difference of the plates, of 1, at which trust has fallen to 1 / e.
constexpr float kUnseen = 0.1f;       // Counts as this difference: what the flow there and back misses.
constexpr float kLeastTrust = 1e-9f;  // So that something is carried everywhere.
constexpr int kReach = 5;             // Pixels around one over which differences are averaged.

media::Image prepared(const media::Image& picture) {
  return compose::premultiplied(media::converted(picture, media::Transfer::Srgb));
}

// Mean over a square of (2 reach + 1)^2 pixels, smaller at the border.
std::vector<float> averaged(const std::vector<float>& values, int width, int height, int reach) {
  std::vector<float> across(values.size()), result(values.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const int first = std::max(0, x - reach), last = std::min(width - 1, x + reach);
      float sum = 0;
      for (int i = first; i <= last; ++i) sum += values[size_t(y) * size_t(width) + size_t(i)];
      across[size_t(y) * size_t(width) + size_t(x)] = sum / float(last - first + 1);
    }
#pragma omp parallel for schedule(static)
  for (int y = 0; y < height; ++y) {
    const int first = std::max(0, y - reach), last = std::min(height - 1, y + reach);
    for (int x = 0; x < width; ++x) {
      float sum = 0;
      for (int i = first; i <= last; ++i) sum += across[size_t(i) * size_t(width) + size_t(x)];
      result[size_t(y) * size_t(width) + size_t(x)] = sum / float(last - first + 1);
    }
  }
  return result;
}

// How unlike the plate and the key's plate brought to it are around each pixel.
std::vector<float> differences(const media::Image& a, const media::Image& b, const media::Image8& seen) {
  std::vector<float> result(a.pixels.size());
  for (size_t i = 0; i < result.size(); ++i) {
    const auto &p = a.pixels[i], &q = b.pixels[i];
    result[i] = (std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b)) / 3 + std::abs(p.a - q.a) +
                kUnseen * float(255 - seen.bytes[i]) / 255;
  }
  return averaged(result, a.width, a.height, kReach);
}

}  // namespace

KeyCarrier::KeyCarrier(std::span<const KeyPair> pairs) {
  for (const auto& pair : pairs) keys_.push_back({prepared(pair.plate), prepared(pair.painting)});
}

Carried KeyCarrier::carry(const media::Image& plate) const {
  const auto frame = prepared(plate);
  Carried result{media::Image(plate.width, plate.height), std::vector<float>(frame.pixels.size())};
  std::vector<float> total(frame.pixels.size(), 1e-12f);
  for (auto& p : result.painting.pixels) p = {0, 0, 0, 1};
  struct Brought {
    media::Image painting;
    std::vector<float> difference;
  };
  std::vector<Brought> brought(keys_.size());
#pragma omp parallel for schedule(dynamic)
  for (size_t k = 0; k < keys_.size(); ++k) {
    const auto& key = keys_[k];
    const auto flow = compose::two_way_flow(frame, key.plate);
    const auto seen = compose::visibility(flow.forward, flow.backward);
    brought[k] = {compose::warp(key.painting, flow.forward),
                  differences(frame, compose::warp(key.plate, flow.forward), seen)};
  }
  const int count = int(total.size());
  for (const auto& key : brought) {
#pragma omp parallel for schedule(static)
    for (int i = 0; i < count; ++i) {
      const auto& p = key.painting.pixels[size_t(i)];
      const float unlike = key.difference[size_t(i)] / kLikeness;
      const float trust = std::max(p.a, 0.0f) * (std::exp(-unlike * unlike) + kLeastTrust);
      auto& sum = result.painting.pixels[size_t(i)];
      const float straight = trust / std::max(p.a, 1e-3f);
      sum = {sum.r + straight * p.r, sum.g + straight * p.g, sum.b + straight * p.b, 1};
      total[size_t(i)] += trust;
      result.confidence[size_t(i)] = std::max(result.confidence[size_t(i)], trust);
    }
  }
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    auto& p = result.painting.pixels[size_t(i)];
    const float sum = total[size_t(i)];
    p = {p.r / sum, p.g / sum, p.b / sum, 1};
  }
  return result;
}

media::Image blended(media::Image drawn, const Carried& carried, double strength) {
  for (size_t i = 0; i < drawn.pixels.size(); ++i) {
    auto& p = drawn.pixels[i];
    if (p.a <= 0) continue;
    const auto& q = carried.painting.pixels[i];
    const float t = float(strength) * carried.confidence[i];
    const auto mix = [t](float a, float b) { return std::clamp(a + t * (b - a), 0.0f, 1.0f); };
    p = {mix(p.r, q.r), mix(p.g, q.g), mix(p.b, q.b), p.a};
  }
  return drawn;
}

}  // namespace sakuga::train
