#include "sakuga/film/drawing_line.h"

#include <omp.h>

#include <algorithm>
#include <utility>

namespace sakuga::film {
namespace {

constexpr int kMostAtOnce = 4;
constexpr size_t kLargeFrame =
    1'000'000;  // From so many pixels on frames are drawn by themselves, for memory.

int at_once(const media::Image& frame) {
  return frame.pixels.size() < kLargeFrame ? std::clamp(omp_get_max_threads(), 1, kMostAtOnce) : 1;
}

}  // namespace

DrawingLine::DrawingLine(const DrawingEffects& effects, int64_t reach, int64_t skipped, Draw draw, Give give)
    : effects_(effects),
      reach_(reach),
      skipped_(skipped),
      draw_(std::move(draw)),
      give_(std::move(give)),
      mean_(reach) {}

void DrawingLine::draw(DrawingSource source) {
  number_ = source.number;
  pending_.push_back(std::move(source));
  if (int64_t(pending_.size()) > reach_ + 1) pending_.pop_front();
  add_frame();
}

void DrawingLine::hold() {
  add_frame();
}

void DrawingLine::add_frame() {
  if (skipped_ > 0) {
    --skipped_;
    return;
  }
  frames_.push_back(number_);
  for (auto& source : pending_) begin(std::move(source));
  pending_.clear();
  give_ready();
}

// Waits for the oldest first if as many are being drawn as may be.
void DrawingLine::begin(DrawingSource source) {
  const int most = at_once(source.plate), inside = std::max(1, omp_get_max_threads() / most);
  while (int(work_.size()) >= most) take_oldest();
  work_.push_back({std::move(source), {}});
  const auto draw = [this, inside, &given = work_.back().source] {
    omp_set_num_threads(inside);
    return draw_(given);
  };
  work_.back().drawing = std::async(most > 1 ? std::launch::async : std::launch::deferred, draw);
  if (most == 1) take_oldest();
}

void DrawingLine::take_oldest() {
  auto& [source, drawing] = work_.front();
  mean_.push(source.plate, drawing.get());
  ++drawings_;
  drawn_.push_back({{}, {}, std::move(source.motion), source.number});
  work_.pop_front();
}

bool DrawingLine::next_ready() {
  media::Image calmed;
  if (!mean_.pop(calmed)) return false;
  const auto source = std::move(drawn_.front());
  drawn_.pop_front();
  ready_number_ = source.number;
  if (!frames_.empty() && ready_number_ >= frames_.front())
    ready_ = with_effects(std::move(calmed), effects_, source.motion, source.number);
  return true;
}

void DrawingLine::give_ready() {
  while (!frames_.empty()) {
    if (ready_number_ == frames_.front()) {
      give_(ready_);
      frames_.pop_front();
    } else if (!next_ready()) {
      return;
    }
  }
}

void DrawingLine::finish() {
  while (!work_.empty()) take_oldest();
  mean_.finish();
  give_ready();
}

}  // namespace sakuga::film
