#include "sakuga/film/at_once.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "sakuga/core/test_support.h"
#include "sakuga/film/ahead.h"
#include "sakuga/film/test_threads.h"

namespace sakuga::film {
namespace {

TEST(AtOnce, BeginsAndFinishesInOrderForAnyNumberOfThreads) {
  for (const int count : {1, 2, 3, 9}) {
    const Threads threads(count);
    std::vector<int64_t> begun, finished;
    std::atomic<int64_t> sum = 0;
    run_at_once(range(1, 40), [&](int64_t frame) -> FrameTask {
      begun.push_back(frame);
      return {.work = [&sum, frame] { sum += frame; },
              .finish = [&finished, frame] { finished.push_back(frame); }};
    });
    EXPECT_EQ(begun, range(1, 40));
    EXPECT_EQ(finished, range(1, 40));
    EXPECT_EQ(sum, 820);
  }
}

TEST(AtOnce, WorksOnTwoFramesAtTheSameTime) {
  const Threads threads(2);
  std::atomic<int> inside = 0, together = 0;
  run_at_once(range(1, 2), [&](int64_t) -> FrameTask {
    return {.work = [&] {
      ++inside;
      // Waits for the other one, but not for ever.
      for (int i = 0; i < 2000 && inside < 2; ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
      together += inside == 2;
    }};
  });
  EXPECT_EQ(together, 2);
}

TEST(AtOnce, ThrowsWhatTheEarliestFrameThrowsAndFinishesThoseBefore) {
  for (const int count : {1, 4}) {
    const Threads threads(count);
    std::vector<int64_t> finished;
    core::expect_error(core::ErrorKind::BadRequest, "frame 5 is bad", [&] {
      run_at_once(range(1, 30), [&](int64_t frame) -> FrameTask {
        const auto work = [frame] {
          if (frame == 5) std::this_thread::sleep_for(std::chrono::milliseconds(20));
          if (frame >= 5) core::fail(core::ErrorKind::BadRequest, "frame {} is bad", frame);
        };
        return {.work = work, .finish = [&finished, frame] { finished.push_back(frame); }};
      });
    });
    EXPECT_EQ(finished, range(1, 4));
  }
}

TEST(AtOnce, ThrowsWhatBeginningAndFinishingThrow) {
  const Threads threads(2);
  core::expect_error(core::ErrorKind::NotFound, "no frame 3", [&] {
    run_at_once(range(1, 9), [&](int64_t frame) -> FrameTask {
      if (frame == 3) core::fail(core::ErrorKind::NotFound, "no frame {}", frame);
      return {.work = [] {}};
    });
  });
  core::expect_error(core::ErrorKind::BadRequest, "full at 2", [&] {
    run_at_once(range(1, 9), [&](int64_t frame) -> FrameTask {
      return {.work = [] {},
              .finish =
                  [frame] {
                    if (frame == 2) core::fail(core::ErrorKind::BadRequest, "full at {}", frame);
                  }};
    });
  });
}

TEST(Ahead, GivesInOrderWhatItLoadsAndThrowsWhereItFailed) {
  Ahead<int64_t> ahead({3, 5, 8}, [](int64_t frame) {
    if (frame == 8) core::fail(core::ErrorKind::CorruptInput, "frame 8 is damaged");
    return 10 * frame;
  });
  EXPECT_EQ(ahead.next(), 30);
  EXPECT_EQ(ahead.next(), 50);
  core::expect_error(core::ErrorKind::CorruptInput, "frame 8", [&] { ahead.next(); });
  const Ahead<int64_t> unused({1, 2}, [](int64_t frame) { return frame; });
}

TEST(AtOnce, NothingIsDoneForNoFrames) {
  run_at_once({}, [](int64_t) -> FrameTask { throw std::logic_error("begun"); });
}

}  // namespace
}  // namespace sakuga::film
