#include "sakuga/film/cadence_plan.h"

#include "sakuga/compose/cadence.h"
#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/digest.h"

namespace sakuga::film {

namespace fs = std::filesystem;

namespace {

constexpr int kVersion = 1;

// Empty if the file is not there or not of this plate.
std::vector<int64_t> remembered(const fs::path& file, int64_t frames) {
  if (!fs::exists(file)) return {};
  const auto json = nlohmann::json::parse(core::read_text(file), nullptr, false);
  if (!json.is_array() || int64_t(json.size()) != frames) return {};
  std::vector<int64_t> plan;
  for (const auto& item : json) plan.push_back(item.is_number_integer() ? item.get<int64_t>() : 1);
  return plan;
}

std::vector<int64_t> found(Frames& plate, int64_t frames) {
  compose::Cadence cadence({.on = "auto"});
  core::Progress progress("cadence", "frames", frames);
  std::vector<int64_t> plan;
  for (int64_t frame = 1; frame <= frames; ++frame) {
    core::check_interrupt();
    plan.push_back(cadence.needs_drawing(plate.get(frame)) ? frame : plan.back());
    progress.update(frame);
  }
  return plan;
}

}  // namespace

std::vector<int64_t> cadence_plan(const std::string& on, Frames& plate, int64_t frames,
                                  const fs::path& cache) {
  std::vector<int64_t> plan;
  if (on != "auto") {
    const int64_t every = std::stoll(on);
    for (int64_t frame = 1; frame <= frames; ++frame) plan.push_back(frame - (frame - 1) % every);
    return plan;
  }
  nlohmann::ordered_json what = {"cadence", kVersion};
  for (int64_t frame = 1; frame <= frames; ++frame) what.push_back(plate.id(frame));
  const auto file = cache / "cadence" / (digest(what) + ".json");
  plan = remembered(file, frames);
  if (!plan.empty()) return plan;
  plan = found(plate, frames);
  fs::create_directories(file.parent_path());
  core::write_file(file, nlohmann::json(plan).dump());
  return plan;
}

}  // namespace sakuga::film
