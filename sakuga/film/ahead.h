// What work in order needs next, read while it works on what it has. Internal to film.
#pragma once

#include <omp.h>

#include <cstdint>
#include <functional>
#include <future>
#include <vector>

namespace sakuga::film {

template <class Value>
class Ahead {
 public:
  // Calls load(frame) in the order of `frames`, one at a time, in a thread of its own.
  Ahead(std::vector<int64_t> frames, std::function<Value(int64_t frame)> load)
      : frames_(std::move(frames)), load_(std::move(load)) {
    begin();
  }

  // Of the next frame; there must be one. Throws what load() throws.
  Value next() {
    Value value = loading_.get();
    begin();
    return value;
  }

 private:
  void begin() {
    if (begun_ == frames_.size()) return;
    loading_ = std::async(std::launch::async, [this, frame = frames_[begun_++]] {
      omp_set_num_threads(1);  // The others work on the frame before.
      return load_(frame);
    });
  }

  std::vector<int64_t> frames_;
  std::function<Value(int64_t frame)> load_;
  size_t begun_ = 0;
  std::future<Value> loading_;  // Waits for its thread before the rest is gone.
};

}  // namespace sakuga::film
