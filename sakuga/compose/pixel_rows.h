// The inner loops of steady_history.cpp: four floats at a time, a row at a time. Internal to compose.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <opencv2/core.hpp>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::compose {

// A pixel as one register (GCC and Clang).
using Four = float __attribute__((vector_size(16)));

inline Four load(const media::Rgba& pixel) {
  Four four;
  std::memcpy(&four, &pixel, sizeof four);
  return four;
}

inline void store(media::Rgba& pixel, Four four) {
  std::memcpy(static_cast<void*>(&pixel), &four, sizeof four);
}

inline Four clamped(Four v, float least, float most) {
  const Four low = {least, least, least, least}, high = {most, most, most, most};
  v = v < low ? low : v;
  return v > high ? high : v;
}

// Rows of a small map (CV_32F, any number of channels) as if it were as large as `full`, bilinearly. One for
// each thread: it has a buffer.
class EnlargedRows {
 public:
  EnlargedRows(const cv::Mat& map, cv::Size full)
      : map_(map), full_(full), between_(map.cols * map.channels()) {
    left_.resize(full.width);
    part_.resize(full.width);
    for (int x = 0; x < full.width; ++x)
      place((float(x) + 0.5f) * float(map.cols) / float(full.width) - 0.5f, map.cols, left_[x], part_[x]);
    row_.resize(size_t(full.width) * map.channels());
  }

  // Row y, full.width times the channels; valid until the next call.
  const float* row(int y) {
    int top;
    float part;
    place((float(y) + 0.5f) * float(map_.rows) / float(full_.height) - 0.5f, map_.rows, top, part);
    const float *upper = map_.ptr<float>(top), *lower = map_.ptr<float>(std::min(top + 1, map_.rows - 1));
    for (size_t i = 0; i < between_.size(); ++i) between_[i] = upper[i] + part * (lower[i] - upper[i]);
    switch (map_.channels()) {
      case 1:
        widen<1>();
        break;
      case 2:
        widen<2>();
        break;
      default:
        widen<4>();
    }
    return row_.data();
  }

 private:
  static void place(float at, int count, int& first, float& part) {
    at = std::clamp(at, 0.0f, float(count - 1));
    first = std::min(int(at), std::max(count - 2, 0));
    part = count > 1 ? at - float(first) : 0;
  }

  template <int kChannels>
  void widen() {
    const int next = map_.cols > 1 ? kChannels : 0;
    for (int x = 0; x < full_.width; ++x) {
      const float *a = between_.data() + left_[x] * kChannels, *b = a + next;
      for (int c = 0; c < kChannels; ++c) row_[size_t(x) * kChannels + c] = a[c] + part_[x] * (b[c] - a[c]);
    }
  }

  const cv::Mat map_;
  const cv::Size full_;
  std::vector<float> between_, part_, row_;
  std::vector<int> left_;
};

// `image` between its pixels by Keys' cubic (a = -0.5); the border is repeated.
inline Four sample_cubic(const media::Image& image, float x, float y) {
  x = std::clamp(x, 0.0f, float(image.width - 1));
  y = std::clamp(y, 0.0f, float(image.height - 1));
  const int left = int(x), top = int(y);
  const float f = x - float(left), g = y - float(top);
  const auto weights = [](float t, float* w) {
    const float t2 = t * t, t3 = t2 * t;
    w[0] = -0.5f * t + t2 - 0.5f * t3;
    w[1] = 1 - 2.5f * t2 + 1.5f * t3;
    w[2] = 0.5f * t + 2 * t2 - 1.5f * t3;
    w[3] = -0.5f * t2 + 0.5f * t3;
  };
  float wx[4], wy[4];
  weights(f, wx);
  weights(g, wy);
  Four sum = {0, 0, 0, 0};
  const bool inside = left >= 1 && top >= 1 && left + 2 < image.width && top + 2 < image.height;
  for (int j = 0; j < 4; ++j) {
    const int row = inside ? top - 1 + j : std::clamp(top - 1 + j, 0, image.height - 1);
    const media::Rgba* p = image.pixels.data() + size_t(row) * image.width;
    Four line = {0, 0, 0, 0};
    if (inside) {
      p += left - 1;
      line = wx[0] * load(p[0]) + wx[1] * load(p[1]) + wx[2] * load(p[2]) + wx[3] * load(p[3]);
    } else {
      for (int i = 0; i < 4; ++i) line += wx[i] * load(p[std::clamp(left - 1 + i, 0, image.width - 1)]);
    }
    sum += wy[j] * line;
  }
  return sum;
}

}  // namespace sakuga::compose
