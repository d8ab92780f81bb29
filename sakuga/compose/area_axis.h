// Area averaging along one axis: what of `from` pixels each of `to` covers. Internal to compose.
#pragma once

#include <algorithm>
#include <cmath>
#include <vector>

namespace sakuga::compose {

class AreaAxis {
 public:
  struct Span {
    int first, count;
    const float* weights;  // Of the pixels from `first` on; their sum is 1.
  };

  AreaAxis(int from, int to) : from_(from), reach_(from / to + 2), weights_(size_t(to) * reach_) {
    const double scale = double(from) / to;
    for (int i = 0; i < to; ++i) {
      const double start = i * scale, end = std::min(double(from), (i + 1) * scale);
      first_.push_back(std::min(int(start + 1e-9), from - 1));
      const int last = std::clamp(int(std::ceil(end - 1e-9)), first_[i] + 1, from);
      count_.push_back(last - first_[i]);
      for (int k = 0; k < count_[i]; ++k) {
        const double covered = std::min(end, first_[i] + k + 1.0) - std::max(start, first_[i] + double(k));
        weights_[size_t(i) * reach_ + k] = float(covered / scale);
      }
    }
  }

  Span operator[](int i) const { return {first_[i], count_[i], weights_.data() + size_t(i) * reach_}; }
  int from() const { return from_; }
  int to() const { return int(first_.size()); }

 private:
  int from_, reach_;
  std::vector<int> first_, count_;
  std::vector<float> weights_;
};

}  // namespace sakuga::compose
