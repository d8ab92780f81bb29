#include "sakuga/film/steady_stage.h"

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/hash.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/ahead.h"
#include "sakuga/film/at_once.h"
#include "sakuga/film/digest.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {

namespace {

constexpr int kVersion = 2;  // Of the pictures that steadying makes.

struct Pair {
  media::Image plate, drawing;
};

}  // namespace

SteadyingStage::SteadyingStage(const SteadyStage& options, Frames& drawings, Frames& plate, int64_t frames,
                               const std::filesystem::path& cache)
    : Stage("steady", cache), options_(options), drawings_(drawings), plate_(plate), frames_(frames) {
  std::string all = digest({"steady", kVersion, core::fields_to_json(options)});
  std::string before;
  for (int64_t frame = 1; frame <= frames; ++frame) {
    const auto drawing = drawings.id(frame);
    holds_.push_back(drawing == before ? holds_.back() : frame);
    before = drawing;
    all += drawing + plate.id(frame);
    if (all.size() > 1 << 16) all = core::sha256(std::as_bytes(std::span(all)));
  }
  base_ = core::sha256(std::as_bytes(std::span(all)));
}

int64_t SteadyingStage::hold_of(int64_t frame) {
  return holds_.at(size_t(frame - 1));
}

std::string SteadyingStage::id(int64_t frame) {
  return digest({base_, hold_of(frame)});
}

int64_t SteadyingStage::last_needed(int64_t frame) {
  int64_t last = frame;
  for (int64_t more = options_.options.lookahead + 6; more > 0 && last < frames_;) {
    ++last;
    more -= hold_of(last) == last;
  }
  return last;
}

std::vector<int64_t> SteadyingStage::needs(const std::vector<int64_t>& frames) {
  std::vector<int64_t> needed;
  if (frames.empty()) return needed;
  for (int64_t frame = 1; frame <= last_needed(frames.back()); ++frame) needed.push_back(frame);
  return needed;
}

void SteadyingStage::make(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  compose::Steady steady(options_.options);
  const int64_t last = last_needed(frames.back());
  size_t next = 0;
  int64_t popped = 0;
  media::Image result;
  const auto take = [&] {
    while (next < frames.size() && steady.pop(result)) {
      if (++popped != frames[next]) continue;
      store().put(id(popped), result);
      ++next;
      done();
    }
  };
  Ahead<Pair> pairs(range(1, last), [this](int64_t frame) -> Pair {
    return {media::converted(plate_.get(frame), media::Transfer::Srgb),
            media::converted(drawings_.get(frame), media::Transfer::Srgb)};
  });
  for (int64_t frame = 1; frame <= last && next < frames.size(); ++frame) {
    core::check_interrupt();
    const auto pair = pairs.next();
    steady.push(pair.plate, pair.drawing);
    take();
  }
  if (last == frames_) steady.finish();
  take();
  if (next < frames.size())
    core::fail(core::ErrorKind::Internal, "render: steady gave {} of {} frames", popped, frames.back());
}

}  // namespace sakuga::film
