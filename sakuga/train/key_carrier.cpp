#include "sakuga/train/key_carrier.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/flow.h"
#include "sakuga/compose/mean_around.h"
#include "sakuga/compose/over.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::train {
namespace {

constexpr float kLeast = 0.001f;    // Difference of plates, of 1, below which all are as good.
constexpr float kLearnt = 0.03f;    // At this one the net by itself is as good as the key frame.
constexpr float kNetsSight = 0.7f;  // How much of what the net sees changed since the key frame is believed.
constexpr int kReach = 5;           // Pixels around one over which differences are averaged.

// Errors grow with the difference, so that a key frame counts by their inverse squares and a little more.
float trust(float difference) {
  const float level = difference + kLeast;
  return 1 / (level * level * level);
}

media::Image prepared(const media::Image& picture) {
  return compose::premultiplied(media::converted(picture, media::Transfer::Srgb));
}

// The painting less what the net sees of it, both premultiplied by the painting's alpha.
media::Image difference_of(const media::Image& painting, const media::Image& drawn) {
  auto result = prepared(painting);
  for (size_t i = 0; i < result.pixels.size(); ++i) {
    auto& p = result.pixels[i];
    const auto& q = drawn.pixels[i];
    const float seen = kNetsSight * p.a;
    p = {p.r - seen * q.r, p.g - seen * q.g, p.b - seen * q.b, p.a};
  }
  return result;
}

// How unlike the plate and the key's plate brought to it are around each pixel.
std::vector<float> differences(const media::Image& a, const media::Image& b) {
  std::vector<float> result(a.pixels.size());
  for (size_t i = 0; i < result.size(); ++i) {
    const auto &p = a.pixels[i], &q = b.pixels[i];
    result[i] = (std::abs(p.r - q.r) + std::abs(p.g - q.g) + std::abs(p.b - q.b)) / 3 + std::abs(p.a - q.a);
  }
  return compose::mean_around(result.data(), a.height, a.width, kReach);
}

}  // namespace

KeyCarrier::KeyCarrier(std::span<const KeyPair> pairs,
                       const std::function<media::Image(const KeyPair&)>& draw) {
  for (const auto& pair : pairs)
    keys_.push_back({prepared(pair.plate), difference_of(pair.painting, draw(pair))});
}

Carried KeyCarrier::carry(const media::Image& plate) const {
  for (const auto& key : keys_)  // Nothing may throw in the loop below.
    if (key.plate.width != plate.width || key.plate.height != plate.height)
      core::fail(core::ErrorKind::BadRequest, "stylise: the plate is {}x{}, but a painted frame {}x{}",
                 plate.width, plate.height, key.plate.width, key.plate.height);
  const auto frame = prepared(plate);
  struct Brought {
    media::Image difference;
    std::vector<float> unlike;
  };
  std::vector<Brought> brought(keys_.size());
#pragma omp parallel for schedule(dynamic)
  for (size_t k = 0; k < keys_.size(); ++k) {
    const auto flow = compose::optical_flow(frame, keys_[k].plate);
    brought[k] = {compose::warp(keys_[k].difference, flow, compose::Sampling::Bicubic),
                  differences(frame, compose::warp(keys_[k].plate, flow))};
  }
  Carried result{media::Image(plate.width, plate.height), std::vector<float>(frame.pixels.size())};
  const int count = int(frame.pixels.size());
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    media::Rgba sum = {0, 0, 0, 0};
    for (const auto& key : brought) {
      const float weight = trust(key.unlike[size_t(i)]);
      const auto& p = key.difference.pixels[size_t(i)];
      sum = {sum.r + weight * p.r, sum.g + weight * p.g, sum.b + weight * p.b,
             sum.a + weight * std::clamp(p.a, 0.0f, 1.0f)};
    }
    const float total = sum.a + trust(kLearnt);
    result.correction.pixels[size_t(i)] = {sum.r / total, sum.g / total, sum.b / total, 1};
    result.share[size_t(i)] = (1 - kNetsSight) * sum.a / total;
  }
  return result;
}

media::Image corrected(media::Image drawn, const Carried& carried, double strength) {
  for (size_t i = 0; i < drawn.pixels.size(); ++i) {
    auto& p = drawn.pixels[i];
    if (p.a <= 0) continue;
    const auto& c = carried.correction.pixels[i];
    const auto add = [&](float value, float correction) {
      return std::clamp(value + float(strength) * (correction - carried.share[i] * value), 0.0f, 1.0f);
    };
    p = {add(p.r, c.r), add(p.g, c.g), add(p.b, c.b), p.a};
  }
  return drawn;
}

}  // namespace sakuga::train
