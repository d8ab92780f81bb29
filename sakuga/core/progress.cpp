#include "sakuga/core/progress.h"

#include <fmt/format.h>

#include <atomic>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace sakuga::core {
namespace {

std::atomic<ProgressStyle> chosen_style = ProgressStyle::Silent;
std::atomic<bool> signal_came = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler may only touch lock-free atomics");

void on_signal(int) {
  signal_came = true;
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

// Negative if unknown.
double seconds_left(const ProgressState& state) {
  if (state.rate <= 0 || state.total < state.done) return -1;
  return static_cast<double>(state.total - state.done) / state.rate;
}

std::string clock_text(double seconds) {
  const auto whole = static_cast<int64_t>(std::ceil(seconds));
  if (whole < 3600) return fmt::format("{}:{:02}", whole / 60, whole % 60);
  return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

}  // namespace

ProgressStyle progress_style() {
  return chosen_style;
}
void set_progress_style(ProgressStyle style) {
  chosen_style = style;
}

std::string progress_text(const ProgressState& state) {
  std::string text = fmt::format("{}: {}", state.job, state.done);
  if (state.total > 0) text += fmt::format("/{}", state.total);
  text += " " + state.unit;
  if (state.rate > 0) text += fmt::format(", {:.{}f}/s", state.rate, state.rate < 100 ? 1 : 0);
  if (const double left = seconds_left(state); left > 0) text += ", " + clock_text(left) + " left";
  if (!state.note.empty()) text += ", " + state.note;
  return text;
}

std::string progress_json(const ProgressState& state) {
  nlohmann::ordered_json json = {
      {"event", "progress"}, {"job", state.job}, {"unit", state.unit}, {"done", state.done}};
  if (state.total > 0) json["total"] = state.total;
  if (state.rate > 0) json["rate"] = std::round(state.rate * 1000) / 1000;
  if (const double left = seconds_left(state); left >= 0) json["seconds_left"] = std::ceil(left);
  if (!state.note.empty()) json["note"] = state.note;
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Progress::Progress(std::string job, std::string unit, int64_t total)
    : state_{.job = std::move(job), .unit = std::move(unit), .total = total}, style_(progress_style()) {}

Progress::~Progress() {
  if (style_ == ProgressStyle::Silent || !updated_) return;
  if (pending_) print();
  if (style_ == ProgressStyle::Terminal) std::fputs("\n", stderr);
}

void Progress::update(int64_t done, const std::string& note) {
  if (style_ == ProgressStyle::Silent) return;
  const auto now = std::chrono::steady_clock::now();
  if (!updated_) {
    updated_ = true;
    first_ = done;
    start_ = now;
  }
  const double seconds = std::chrono::duration<double>(now - start_).count();
  state_.done = done;
  state_.note = note;
  state_.rate = seconds > 0 ? static_cast<double>(done - first_) / seconds : 0;
  pending_ = true;
  if (now - printed_ >= std::chrono::milliseconds(100)) {
    print();
    printed_ = now;
  }
}

void Progress::print() {
  pending_ = false;
  if (style_ == ProgressStyle::Json) {
    fmt::print(stderr, "{}\n", progress_json(state_));
  } else {
    // "ESC [ K" clears what a longer line left behind.
    fmt::print(stderr, "\r{}\x1b[K", progress_text(state_));
  }
  std::fflush(stderr);
}

void catch_interrupts() {
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
}

bool interrupted() {
  return signal_came;
}

void check_interrupt() {
  if (interrupted()) throw Interrupted{};
}

}  // namespace sakuga::core
