#include "sakuga/compose/key_choice.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/over.h"
#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"

namespace sakuga::compose {
namespace {

constexpr int kSide = 24;
constexpr size_t kMost = 2000;
constexpr float kFarthest = 200;  // No two colours of Lab are farther apart.

std::vector<float> features_of(const media::Image& frame) {
  auto image = premultiplied(media::converted(frame, media::Transfer::Srgb));
  cv::Mat small, lab;
  cv::resize(as_matrix(image), small, {kSide, kSide}, 0, 0, cv::INTER_AREA);
  cv::cvtColor(small, lab, cv::COLOR_RGBA2RGB);
  cv::cvtColor(lab, lab, cv::COLOR_RGB2Lab);
  std::vector<float> features(lab.ptr<float>(), lab.ptr<float>() + lab.total() * 3);
  return features;
}

float distance(const std::vector<float>& a, const std::vector<float>& b) {
  float sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]) * (a[i] - b[i]);
  return std::sqrt(sum / float(a.size()));
}

}  // namespace

void KeyChoice::add(int64_t number, const media::Image& frame) {
  if (frame.pixels.empty())
    core::fail(core::ErrorKind::BadRequest, "suggest keys: frame {} is empty", number);
  if (seen_++ % stride_ != 0) return;
  memories_.push_back({number, features_of(frame)});
  if (memories_.size() < kMost) return;
  for (size_t i = 1; 2 * i < memories_.size(); ++i) memories_[i] = std::move(memories_[2 * i]);
  memories_.resize((memories_.size() + 1) / 2);
  stride_ *= 2;
}

std::vector<int64_t> KeyChoice::choose(int64_t count) const {
  if (count < 1) core::fail(core::ErrorKind::BadRequest, "suggest keys: expected 1 or more, got {}", count);
  if (memories_.empty()) core::fail(core::ErrorKind::BadRequest, "suggest keys: the plate has no frames");
  const int frames = int(memories_.size());
  std::vector<float> nearest(memories_.size(), kFarthest);
  std::vector<double> gains(memories_.size());
  std::vector<int64_t> chosen;
  while (int64_t(chosen.size()) < std::min<int64_t>(count, frames)) {
#pragma omp parallel for schedule(static)
    for (int candidate = 0; candidate < frames; ++candidate) {
      double gain = 0;
      for (size_t i = 0; i < memories_.size(); ++i)
        gain += std::max(0.0f,
                         nearest[i] - distance(memories_[size_t(candidate)].features, memories_[i].features));
      gains[size_t(candidate)] = gain;
    }
    const auto best = size_t(std::max_element(gains.begin(), gains.end()) - gains.begin());
    if (gains[best] <= 0) break;  // Every frame is taken, or the same as one that is.
    chosen.push_back(memories_[best].number);
    for (size_t i = 0; i < memories_.size(); ++i)
      nearest[i] = std::min(nearest[i], distance(memories_[best].features, memories_[i].features));
  }
  std::sort(chosen.begin(), chosen.end());
  return chosen;
}

}  // namespace sakuga::compose
