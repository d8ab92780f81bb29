#include "sakuga/media/frame_pipeline.h"

#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

struct Numbered {
  Image image;
  int64_t number = 0;
};

// Frames on their way from one thread to another, at most `depth`, and the memory of used ones on its way
// back. Both ends may stop it.
class Belt {
 public:
  explicit Belt(int depth) : depth_(size_t(std::max(1, depth))) {}

  // Waits for room; false if stopped.
  bool put(Numbered&& frame) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || frames_.size() < depth_; });
    if (stopped_) return false;
    frames_.push_back(std::move(frame));
    changed_.notify_all();
    return true;
  }

  // No more frames; with what was thrown, if anything.
  void end(std::exception_ptr error) {
    const std::lock_guard lock(mutex_);
    ended_ = true;
    error_ = error;
    changed_.notify_all();
  }

  // Waits for a frame; false at the end or if stopped.
  bool take(Numbered& frame) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return stopped_ || ended_ || !frames_.empty(); });
    if (stopped_ || frames_.empty()) return false;
    frame = std::move(frames_.front());
    frames_.pop_front();
    changed_.notify_all();
    return true;
  }

  void stop() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    changed_.notify_all();
  }

  std::exception_ptr error() {
    const std::lock_guard lock(mutex_);
    return error_;
  }

  Image used() {
    const std::lock_guard lock(mutex_);
    if (used_.empty()) return {};
    Image image = std::move(used_.back());
    used_.pop_back();
    return image;
  }

  void give_back(Image&& image) {
    const std::lock_guard lock(mutex_);
    if (used_.size() < depth_ && !image.pixels.empty()) used_.push_back(std::move(image));
  }

 private:
  size_t depth_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Numbered> frames_;
  std::vector<Image> used_;
  std::exception_ptr error_;
  bool ended_ = false, stopped_ = false;
};

}  // namespace

struct ReadAhead::State {
  State(FrameReader& from, int at_most) : reader(from), depth(at_most), number(from.number()) { start(); }
  ~State() { stop(); }

  void start() {
    belt = std::make_unique<Belt>(depth);
    thread = std::thread([this] { run(); });
  }

  void stop() {
    belt->stop();
    if (thread.joinable()) thread.join();
  }

  void run() {
    try {
      for (;;) {
        Numbered frame{.image = belt->used()};
        if (!reader.read(frame.image)) break;
        frame.number = reader.number();
        if (!belt->put(std::move(frame))) return;
      }
      belt->end(nullptr);
    } catch (...) {
      belt->end(std::current_exception());
    }
  }

  FrameReader& reader;
  int depth;
  int64_t number;
  std::unique_ptr<Belt> belt;
  std::thread thread;
};

ReadAhead::ReadAhead(FrameReader& reader, int depth) : state_(std::make_unique<State>(reader, depth)) {}

ReadAhead::~ReadAhead() = default;

const FramesInfo& ReadAhead::info() const {
  return state_->reader.info();
}

bool ReadAhead::read(Image& frame) {
  Numbered next;
  if (!state_->belt->take(next)) {
    if (const auto error = state_->belt->error()) std::rethrow_exception(error);
    return false;
  }
  std::swap(frame, next.image);
  state_->number = next.number;
  state_->belt->give_back(std::move(next.image));
  return true;
}

int64_t ReadAhead::number() const {
  return state_->number;
}

void ReadAhead::seek(int64_t number) {
  state_->stop();
  state_->reader.seek(number);
  state_->number = number - 1;
  state_->start();
}

struct WriteBehind::State {
  State(FrameWriter& to, int depth) : writer(to), belt(depth), thread([this] { run(); }) {}

  ~State() {
    belt.stop();
    if (thread.joinable()) thread.join();
  }

  void run() {
    try {
      Numbered frame;
      while (belt.take(frame)) {
        writer.write(frame.image);
        belt.give_back(std::move(frame.image));
      }
    } catch (...) {
      belt.end(std::current_exception());
      belt.stop();
    }
  }

  void put(Image&& frame) {
    if (!belt.put({.image = std::move(frame)})) rethrow();
  }

  [[noreturn]] void rethrow() {
    if (const auto error = belt.error()) std::rethrow_exception(error);
    core::fail(core::ErrorKind::BadRequest, "write: the film is closed");
  }

  FrameWriter& writer;
  Belt belt;
  std::thread thread;
};

WriteBehind::WriteBehind(FrameWriter& writer, int depth) : state_(std::make_unique<State>(writer, depth)) {}

WriteBehind::~WriteBehind() = default;

void WriteBehind::write(const Image& frame) {
  Image copy = state_->belt.used();
  copy = frame;
  state_->put(std::move(copy));
}

void WriteBehind::take(Image& frame) {
  Image given = std::move(frame);
  frame = state_->belt.used();
  state_->put(std::move(given));
}

void WriteBehind::close() {
  if (!state_->thread.joinable()) state_->rethrow();
  if (!state_->belt.error()) state_->belt.end(nullptr);
  state_->thread.join();
  if (const auto error = state_->belt.error()) std::rethrow_exception(error);
  state_->belt.stop();
  state_->writer.close();
}

void run_frames(FrameReader& reader, const FrameWork& work, FrameWriter& writer, core::Progress& progress) {
  ReadAhead ahead(reader);
  WriteBehind behind(writer);
  Image frame;
  int64_t done = 0;
  while (ahead.read(frame)) {
    core::check_interrupt();
    work(frame, ahead.number());
    behind.take(frame);
    progress.update(++done);
  }
  behind.close();
}

}  // namespace sakuga::media
