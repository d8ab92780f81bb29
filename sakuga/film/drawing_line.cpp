#include "sakuga/film/drawing_line.h"

#include <utility>

namespace sakuga::film {

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
  for (auto& source : pending_) {
    mean_.push(source.plate, draw_(source));
    ++drawings_;
    drawn_.push_back({{}, {}, std::move(source.motion), source.number});
  }
  pending_.clear();
  give_ready();
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
  mean_.finish();
  give_ready();
}

}  // namespace sakuga::film
