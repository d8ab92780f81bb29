#include "sakuga/compose/steady.h"

#include <cmath>
#include <cstring>
#include <deque>
#include <vector>

#include "sakuga/compose/steady_history.h"
#include "sakuga/compose/steady_levels.h"
#include "sakuga/compose/steady_motion.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

// A frame and its repetitions.
struct Drawing {
  media::Image frame;
  int64_t copies = 1;
  bool begins_shot = false;
  cv::Mat plate, level;
  Motion motion;  // Between the plates of the drawing before and this one.
};

bool equal(const media::Image& a, const media::Image& b) {
  return a.transfer == b.transfer &&
         std::memcmp(a.pixels.data(), b.pixels.data(), a.pixels.size() * sizeof(media::Rgba)) == 0;
}

void check_options(SteadyOptions options) {
  visit_fields(options, [](const std::string& name, const auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
}

}  // namespace

struct Steady::State {
  explicit State(const SteadyOptions& given)
      : options(given), finder(given.flow), past(keep()), history(given.memory, given.boil) {}

  float keep() const { return float(std::exp(-1 / options.memory)); }
  void check(const media::Image& plate, const media::Image& stylised) const;
  void process();
  size_t shot_end() const;
  std::vector<cv::Mat> futures(size_t end) const;
  LevelFields fields(const cv::Mat& level, const cv::Mat& before, const cv::Mat& after) const;
  void warm_up(const std::vector<cv::Mat>& after, size_t end);

  SteadyOptions options;
  FlowFinder finder;
  std::deque<Drawing> queue;  // The next to process first.
  media::Image spare;         // Memory for the next drawing's frame.
  LevelSum past;              // Up to the drawing that was processed last.
  History history;
  SteadyReport report;  // Of the frame that is popped next.
  int64_t waiting = 0;  // Copies of the history's result not popped yet.
  bool finished = false;
  cv::Size size = {};
};

void Steady::State::check(const media::Image& plate, const media::Image& stylised) const {
  if (finished) core::fail(core::ErrorKind::BadRequest, "steady: expected no frame after the last one");
  if (plate.pixels.empty() || stylised.pixels.empty())
    core::fail(core::ErrorKind::BadRequest, "steady: expected frames with pixels, got an empty one");
  if (plate.width != stylised.width || plate.height != stylised.height)
    core::fail(
        core::ErrorKind::BadRequest,
        "steady: expected plate and stylised frame of one size, got {}x{} and {}x{}; the plate must be "
        "the one that the frames were made from",
        plate.width, plate.height, stylised.width, stylised.height);
  if (!size.empty() && size != cv::Size(plate.width, plate.height))
    core::fail(core::ErrorKind::BadRequest, "steady: expected frames of {}x{} as before, got {}x{}",
               size.width, size.height, plate.width, plate.height);
}

// The number of drawings in the queue that belong to the first one's shot.
size_t Steady::State::shot_end() const {
  size_t end = 1;
  while (end < queue.size() && !queue[end].begins_shot) ++end;
  return end;
}

// For each of the first `end` drawings the sum of its own level and those after it.
std::vector<cv::Mat> Steady::State::futures(size_t end) const {
  std::vector<cv::Mat> sums(end);
  LevelSum sum(keep());
  for (size_t i = end; i-- > 0;) {
    if (i + 1 < end) sum.move(queue[i + 1].motion.to_next);
    sum.add(queue[i].level);
    sums[i] = sum.sum().clone();
  }
  return sums;
}

LevelFields Steady::State::fields(const cv::Mat& level, const cv::Mat& before, const cv::Mat& after) const {
  auto fields = match_levels(level, before + after - level);
  fields.gain *= options.exposure;
  fields.offset *= options.exposure;
  return fields;
}

// The history of a shot's first drawing is its future: runs from the last drawing that is known of the shot
// back to the second.
void Steady::State::warm_up(const std::vector<cv::Mat>& after, size_t end) {
  std::vector<cv::Mat> before;
  LevelSum sum(keep());
  for (size_t i = 0; i < end; ++i) {
    if (i > 0) sum.move(queue[i].motion.to_previous);
    sum.add(queue[i].level);
    before.push_back(sum.sum().clone());
  }
  history.clear();
  for (size_t i = end - 1; i > 0; --i) {
    const Way& later = queue[std::min(i + 1, end - 1)].motion.to_next;
    history.step(queue[i].frame, fields(queue[i].level, before[i], after[i]), later.flow, later.seen);
  }
}

void Steady::State::process() {
  const Drawing& drawing = queue.front();
  const size_t end = shot_end();
  const auto after = futures(end);
  if (drawing.begins_shot)
    past.clear();
  else
    past.move(drawing.motion.to_previous);
  past.add(drawing.level);
  const auto fit = fields(drawing.level, past.sum(), after[0]);
  StepReport step;
  if (!drawing.begins_shot) {
    const Way& before = drawing.motion.to_previous;
    step = history.step(drawing.frame, fit, before.flow, before.seen);
  } else {
    warm_up(after, end);
    const Way& next = queue[std::min<size_t>(1, end - 1)].motion.to_next;
    step = history.step(drawing.frame, fit, next.flow, next.seen);
  }
  report.cut = drawing.begins_shot && report.frame > 0;
  report.hold = false;
  report.continued = drawing.motion.continued;
  report.exposure = step.exposure;
  report.boil = step.boil;
  waiting = drawing.copies;
  spare = std::move(queue.front().frame);
  queue.pop_front();
}

Steady::Steady(const SteadyOptions& options) {
  check_options(options);
  state_ = std::make_unique<State>(options);
}

Steady::~Steady() = default;

void Steady::push(const media::Image& plate, const media::Image& stylised) {
  media::Image frame = std::move(state_->spare);
  frame = stylised;
  take(plate, frame);
  state_->spare = std::move(frame);
}

void Steady::take(const media::Image& plate, media::Image& stylised) {
  State& s = *state_;
  s.check(plate, stylised);
  s.size = {plate.width, plate.height};
  if (!s.queue.empty() && equal(s.queue.back().frame, stylised)) {
    ++s.queue.back().copies;
    return;
  }
  Drawing drawing;
  drawing.level = level_of(stylised);
  drawing.plate = luma8(plate, work_size(s.size, s.options.flow));
  if (s.queue.empty()) {
    drawing.begins_shot = true;
    // A shot of one drawing has no motion, only its size.
    drawing.motion = no_motion(drawing.plate.size(), drawing.level.size());
  } else {
    const float unit_px = float(s.size.width) / float(drawing.plate.cols);
    drawing.motion =
        find_motion(s.finder, s.queue.back().plate, drawing.plate, unit_px, drawing.level.size());
    drawing.begins_shot = drawing.motion.continued < s.options.cut;
  }
  drawing.frame = std::move(stylised);
  stylised = std::move(s.spare);
  s.queue.push_back(std::move(drawing));
}

void Steady::finish() {
  state_->finished = true;
}

bool Steady::pop(media::Image& steadied, SteadyReport* report) {
  State& s = *state_;
  if (s.waiting == 0) {
    // The newest drawing stays until its repetitions are all known.
    if (s.queue.empty() || (!s.finished && s.queue.size() <= size_t(s.options.lookahead))) return false;
    s.process();
  } else {
    s.report.hold = true;
    s.report.cut = false;
  }
  steadied = s.history.result();
  if (report) *report = s.report;
  ++s.report.frame;
  --s.waiting;
  return true;
}

}  // namespace sakuga::compose
