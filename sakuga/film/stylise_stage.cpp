#include "sakuga/film/stylise_stage.h"

#include "sakuga/compose/classic_cel.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/cadence_plan.h"
#include "sakuga/film/digest.h"
#include "sakuga/media/colour.h"

namespace sakuga::film {

namespace {

constexpr int kVersion = 1;  // Of the drawings: raise it when they change.

}  // namespace

StylisingStage::StylisingStage(const Shot& shot, Frames& figure, int64_t frames,
                               const std::filesystem::path& cache)
    : Stage("stylise", cache),
      options_(*shot.stylise),
      figure_(figure),
      plan_(cadence_plan(options_.on, frames)),
      base_(digest({"stylise", kVersion, options_.engine, core::fields_to_json(options_.classic)})) {}

std::string StylisingStage::id(int64_t frame) {
  return digest({base_, figure_.id(drawing_of(frame))});
}

std::vector<int64_t> StylisingStage::needs(const std::vector<int64_t>& frames) {
  std::vector<int64_t> needed;
  for (const int64_t frame : frames)
    if (needed.empty() || needed.back() != drawing_of(frame)) needed.push_back(drawing_of(frame));
  return needed;
}

void StylisingStage::make(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  for (const int64_t frame : frames) {
    core::check_interrupt();
    const auto figure = media::converted(figure_.get(drawing_of(frame)), media::Transfer::Srgb);
    store().put(id(frame), compose::classic_cel(figure, options_.classic));
    done();
  }
}

}  // namespace sakuga::film
