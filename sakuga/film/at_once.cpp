#include "sakuga/film/at_once.h"

#include <omp.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <thread>

#include "sakuga/core/progress.h"

namespace sakuga::film {

namespace {

constexpr int kMostAtOnce = 4;

class Team {
 public:
  Team(const std::vector<int64_t>& frames, const std::function<FrameTask(int64_t)>& begin)
      : frames_(frames), begin_(begin) {}

  void run() {
    const int threads = omp_get_max_threads();
    const int at_once = std::clamp(int(std::min<size_t>(frames_.size(), size_t(threads))), 1, kMostAtOnce);
    if (at_once == 1) {
      work_through();
    } else {
      std::vector<std::jthread> team;
      for (int i = 0; i < at_once; ++i)
        team.emplace_back([this, inside = std::max(1, threads / at_once)] {
          omp_set_num_threads(inside);
          work_through();
        });
    }
    if (failure_) std::rethrow_exception(failure_);
  }

 private:
  void work_through() {
    size_t index = 0;
    FrameTask task;
    while (take(index, task)) {
      attempt(index, task.work);
      finish(index, task);
    }
  }

  // Begins the next frame; false if there is none or an earlier one has failed.
  bool take(size_t& index, FrameTask& task) {
    const std::lock_guard beginning(begin_mutex_);
    if (next_ == frames_.size() || failed()) return false;
    index = next_++;
    attempt(index, [&] {
      core::check_interrupt();
      task = begin_(frames_[index]);
    });
    return true;
  }

  void finish(size_t index, const FrameTask& task) {
    std::unique_lock lock(finish_mutex_);
    turn_.wait(lock, [&] { return finished_ == index; });
    if (task.finish) attempt(index, task.finish);
    ++finished_;
    turn_.notify_all();
  }

  // Nothing is done for frames after one that failed.
  void attempt(size_t index, const std::function<void()>& step) {
    {
      const std::lock_guard lock(failure_mutex_);
      if (failure_ && index >= failed_at_) return;
    }
    try {
      step();
    } catch (...) {
      const std::lock_guard lock(failure_mutex_);
      if (failure_ && failed_at_ <= index) return;
      failure_ = std::current_exception();
      failed_at_ = index;
    }
  }

  bool failed() {
    const std::lock_guard lock(failure_mutex_);
    return failure_ != nullptr;
  }

  const std::vector<int64_t>& frames_;
  const std::function<FrameTask(int64_t)>& begin_;
  std::mutex begin_mutex_, finish_mutex_, failure_mutex_;
  std::condition_variable turn_;
  size_t next_ = 0, finished_ = 0, failed_at_ = 0;
  std::exception_ptr failure_;
};

}  // namespace

std::vector<int64_t> range(int64_t first, int64_t last) {
  std::vector<int64_t> frames;
  for (int64_t frame = first; frame <= last; ++frame) frames.push_back(frame);
  return frames;
}

void run_at_once(const std::vector<int64_t>& frames, const std::function<FrameTask(int64_t frame)>& begin) {
  Team(frames, begin).run();
}

}  // namespace sakuga::film
