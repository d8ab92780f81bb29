#include "sakuga/film/key_stage.h"

#include "sakuga/core/fields_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/ahead.h"
#include "sakuga/film/digest.h"

namespace sakuga::film {

namespace {

constexpr int kVersion = 3;  // Of the keyer's pictures: raise it when they change.
constexpr int64_t kSurveyed = 12;

}  // namespace

KeyingStage::KeyingStage(const KeyStage& options, Frames& plate, int64_t frames,
                         const std::filesystem::path& cache)
    : Stage("key", cache), options_(options), plate_(plate) {
  const int64_t count = std::min(frames, kSurveyed);
  nlohmann::ordered_json base = {"key", kVersion, core::fields_to_json(options)};
  for (int64_t i = 0; i < count; ++i) {
    surveyed_.push_back(1 + (count == 1 ? 0 : i * (frames - 1) / (count - 1)));
    base.push_back(plate.id(surveyed_.back()));
  }
  base_ = digest(base);
}

std::string KeyingStage::id(int64_t frame) {
  return digest({base_, plate_.id(frame)});
}

void KeyingStage::make(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  compose::ScreenSurvey survey(options_.screen);
  for (const int64_t frame : surveyed_) survey.add(plate_.get(frame));
  compose::Keyer keyer(survey.finish(), options_.key);
  media::Image keyed;
  // Names are found before the plate is read by another thread.
  std::vector<std::string> ids;
  for (const int64_t frame : frames) ids.push_back(id(frame));
  Ahead<media::Image> plates(frames, [this](int64_t frame) { return plate_.get(frame); });
  for (const auto& name : ids) {
    core::check_interrupt();
    keyer.key(plates.next(), keyed);
    store().put(name, keyed);
    done();
  }
}

}  // namespace sakuga::film
