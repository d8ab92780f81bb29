#include "sakuga/train/loop.h"

#include <chrono>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/image_file.h"
#include "sakuga/nn/state.h"

namespace sakuga::train {

using core::ErrorKind;
using core::fail;

namespace {

double round_to(double value, double unit) {
  return std::round(value / unit) * unit;
}

class Loop {
 public:
  Loop(Task& task, const Recipe& recipe, const RunFolder& folder, RunState state)
      : task_(task),
        recipe_(recipe),
        folder_(folder),
        state_(std::move(state)),
        log_(folder.log(), state_.step) {}

  void run();

 private:
  int64_t seen() const { return state_.step * recipe_.batch; }
  bool last() const { return seen() >= recipe_.pictures; }
  // Whether the step just done crossed a multiple of `every` pictures, or was the last.
  bool due(int64_t every) const { return last() || seen() / every != (seen() - recipe_.batch) / every; }

  void add(const Numbers& numbers);
  void write_log();
  void write_samples();
  bool measure();
  void save(bool best);

  Task& task_;
  const Recipe& recipe_;
  const RunFolder& folder_;
  RunState state_;
  Log log_;
  std::vector<std::pair<std::string, std::pair<double, int64_t>>> sums_;  // Since the last line: sum, count.
  std::chrono::steady_clock::time_point since_ = std::chrono::steady_clock::now();
  int64_t steps_since_ = 0;
  std::vector<weights::Metric> metrics_;  // Of the model as it is now; empty after a step.
};

void Loop::run() {
  core::Progress progress(recipe_.name, "pictures", recipe_.pictures);
  progress.update(seen());
  while (!last()) {
    const auto numbers = task_.step(state_.step);
    ++state_.step;
    ++steps_since_;
    metrics_.clear();
    add(numbers);
    progress.update(seen(),
                    numbers.empty() ? "" : fmt::format("{} {:.3f}", numbers[0].first, numbers[0].second));
    if (due(recipe_.every.log)) write_log();
    if (due(recipe_.every.samples)) write_samples();
    const bool best = due(recipe_.score.every) && measure();
    const bool stop = core::interrupted();
    if (best || stop || due(recipe_.every.checkpoint)) save(best);
    if (stop) core::check_interrupt();
  }
}

void Loop::add(const Numbers& numbers) {
  for (const auto& [name, value] : numbers) {
    if (!std::isfinite(value))
      fail(ErrorKind::BadRequest,
           "train: {} became {} at step {} ({} pictures); the last good weights are in {}; likely cause: a "
           "learning rate or loss weight too large",
           name, value, state_.step, seen(), folder_.path().string());
    auto at = std::find_if(sums_.begin(), sums_.end(), [&](const auto& sum) { return sum.first == name; });
    if (at == sums_.end()) at = sums_.insert(sums_.end(), {name, {0, 0}});
    at->second.first += value;
    ++at->second.second;
  }
}

void Loop::write_log() {
  const auto now = std::chrono::steady_clock::now();
  const double seconds = std::chrono::duration<double>(now - since_).count();
  const auto memory = process_memory();
  nlohmann::ordered_json line = {{"step", state_.step}, {"pictures", seen()}};
  for (const auto& [name, sum] : sums_) line[name] = sum.first / double(sum.second);
  line["pictures_per_s"] = round_to(double(steps_since_ * recipe_.batch) / seconds, 0.01);
  line["memory_mib"] = memory.now_mib;
  line["peak_memory_mib"] = memory.peak_mib;
  log_.write(line);
  sums_.clear();
  since_ = now;
  steps_since_ = 0;
}

void Loop::write_samples() {
  if (const auto grid = task_.samples()) media::write_image(folder_.sample(seen()), *grid);
}

// Returns whether the model is the best so far.
bool Loop::measure() {
  const auto measured = task_.measure();
  if (!measured) return false;
  metrics_ = measured->metrics;
  nlohmann::ordered_json line = {{"step", state_.step}, {"pictures", seen()}};
  for (const auto& metric : metrics_) line[metric.name] = metric.value;
  log_.write(line);
  if (state_.best && measured->score <= *state_.best) return false;
  state_.best = measured->score;
  return true;
}

void Loop::save(bool best) {
  save_checkpoint(folder_.checkpoint(), task_.tensors(), to_json(state_));
  auto card = task_.card();
  card.pictures_seen = seen();
  card.metrics = metrics_;
  weights::write_safetensors(folder_.model(), nn::collect_state(task_.model()).views,
                             weights::metadata_of(card));
  if (best) folder_.keep_as_best();
}

}  // namespace

nlohmann::json to_json(const RunState& state) {
  nlohmann::json json = {{"step", state.step}, {"dataset_digest", state.dataset_digest}};
  if (state.best) json["best"] = *state.best;
  return json;
}

RunState run_state_from_json(const nlohmann::json& json, const std::string& where) {
  try {
    RunState state{.step = json.at("step"), .best = {}, .dataset_digest = json.at("dataset_digest")};
    if (json.contains("best")) state.best = json["best"].get<double>();
    return state;
  } catch (const nlohmann::json::exception& error) {
    fail(ErrorKind::CorruptInput, "train: {}: the counters are damaged: {}", where, error.what());
  }
}

void train(Task& task, const Recipe& recipe, const RunFolder& folder, RunState state) {
  Loop(task, recipe, folder, std::move(state)).run();
}

}  // namespace sakuga::train
