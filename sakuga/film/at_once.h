// Frames that do not depend on one another, several at a time. Internal to film and its commands.
//
// What is read and what is written stays in order, whatever comes between may not: so films are decoded and
// encoded as ever, and the result does not depend on the number of threads. Frames at once are at most four,
// which bounds the memory; the cores that are left over work inside the frames.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

namespace sakuga::film {

// first, first + 1, ..., last.
std::vector<int64_t> range(int64_t first, int64_t last);

struct FrameTask {
  std::function<void()> work;         // At the same time as that of other frames.
  std::function<void()> finish = {};  // In the order of the frames, one at a time; may be empty.
};

// Calls begin(frame) in the order of `frames`, one at a time but while earlier frames are worked on; its
// task's work; and its finish. Threads are OpenMP's (omp_get_max_threads()). Throws what the first of them
// in that order throws, when none runs any more, and core::Interrupted.
void run_at_once(const std::vector<int64_t>& frames, const std::function<FrameTask(int64_t frame)>& begin);

}  // namespace sakuga::film
