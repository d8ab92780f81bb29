#include "sakuga/film/stylise_stage.h"

#include <algorithm>

#include "sakuga/compose/classic_cel.h"
#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/at_once.h"
#include "sakuga/film/cadence_plan.h"
#include "sakuga/film/carried_guide.h"
#include "sakuga/media/colour.h"
#include "sakuga/models/picture_translator.h"
#include "sakuga/train/keyframes.h"

namespace sakuga::film {

using core::ErrorKind;
using core::fail;

namespace {

constexpr int kVersion = 1;  // Of the drawings: raise it when they change.

}  // namespace

StylisingStage::StylisingStage(const Shot& shot, Frames& figure, PlateFrames& plate, int64_t frames,
                               const std::filesystem::path& cache, FileDigests& digests)
    : Stage("stylise", cache),
      options_(*shot.stylise),
      folder_(shot.folder()),
      cache_(cache),
      figure_(figure),
      plate_(plate),
      plan_(cadence_plan(options_.on, plate, frames, cache)) {
  nlohmann::ordered_json base = {"stylise", kVersion, options_.engine};
  if (options_.engine == "classic") base.push_back(core::fields_to_json(options_.classic));
  if (options_.engine == "model") base.push_back(digests.of(folder_ / options_.model, "stylise: model"));
  if (options_.engine == "keyframes") {
    find_keys(digests);
    base.push_back(core::fields_to_json(options_.training));
    std::string all;
    for (int64_t frame = 1; frame <= frames; ++frame)
      carried_.push_back(all = digest({all, figure.id(frame)}));
    for (const auto& [frame, file] : keys_) base.push_back({frame, digests.of(file, "stylise: key frame")});
    base.push_back(carried_.at(size_t(keys_.rbegin()->first - 1)));
  }
  base_ = digest(base);
}

void StylisingStage::find_keys(FileDigests& digests) {
  const auto& clip = plate_.clip();
  for (const auto& name : options_.keys) {
    const auto file = folder_ / name;
    digests.of(file, "stylise: key frame");
    const auto number = media::frame_number_of(file);
    if (!number)
      fail(ErrorKind::BadRequest,
           "stylise: expected a key frame's name to end in the plate's frame number, got {}", name);
    const int64_t frame = *number - clip.number_at(1) + 1;
    if (frame < 1 || frame > int64_t(plan_.size()))
      fail(ErrorKind::BadRequest, "stylise: the key frame {} is of plate frame {}, and the shot has {} to {}",
           name, *number, clip.number_at(1), clip.number_at(1) + int64_t(plan_.size()) - 1);
    if (!keys_.emplace(frame, file).second)
      fail(ErrorKind::BadRequest, "stylise: two key frames are of plate frame {}", *number);
  }
}

std::string StylisingStage::id(int64_t frame) {
  const int64_t drawing = drawing_of(frame);
  return digest({base_, carried_.empty() ? figure_.id(drawing) : carried_.at(size_t(drawing - 1))});
}

std::vector<int64_t> StylisingStage::needs(const std::vector<int64_t>& frames) {
  std::vector<int64_t> needed;
  if (options_.engine == "keyframes" && !frames.empty()) {
    const int64_t last = std::max(keys_.rbegin()->first, drawing_of(frames.back()));
    for (int64_t frame = 1; frame <= last; ++frame) needed.push_back(frame);
    return needed;
  }
  for (const int64_t frame : frames)
    if (needed.empty() || needed.back() != drawing_of(frame)) needed.push_back(drawing_of(frame));
  return needed;
}

void StylisingStage::make(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  if (options_.engine == "keyframes") return make_from_keys(frames, done);
  if (options_.engine == "classic") return make_classic(frames, done);
  const auto model = models::PictureTranslator::load(folder_ / options_.model);
  for (const int64_t frame : frames) {
    core::check_interrupt();
    const auto figure = media::converted(figure_.get(drawing_of(frame)), media::Transfer::Srgb);
    store().put(id(frame), model->draw(figure));
    done();
  }
}

void StylisingStage::make_classic(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  run_at_once(frames, [&](int64_t frame) -> FrameTask {
    auto figure = std::make_shared<media::Image>(figure_.get(drawing_of(frame)));
    const auto draw = [this, figure, name = id(frame)] {
      store().put(name, compose::classic_cel(*figure, options_.classic));
    };
    return {.work = draw, .finish = done};
  });
}

media::Image StylisingStage::read_key(const std::filesystem::path& file) const {
  const auto painting = media::read_image(file);
  const auto& info = plate_.clip().info();
  if (painting.width != info.width || painting.height != info.height)
    fail(ErrorKind::BadRequest, "stylise: expected the key frame {} to be {}x{} as the plate, got {}x{}",
         file.string(), info.width, info.height, painting.width, painting.height);
  return media::converted(plate_.fitted(painting), media::Transfer::Srgb);
}

void StylisingStage::make_from_keys(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  std::vector<train::KeyPair> pairs;
  CarriedGuide learning(figure_);
  for (const auto& [frame, file] : keys_) {
    learning.go_to(frame);
    pairs.push_back({.plate = learning.figure(), .guide = learning.draw(), .painting = read_key(file)});
  }
  train::KeyframePainter painter(options_.training);
  painter.train(pairs, cache_ / "stylise" / (base_ + ".checkpoint"), base_);
  pairs.clear();
  CarriedGuide drawing(figure_);
  for (const int64_t frame : frames) {
    core::check_interrupt();
    drawing.go_to(drawing_of(frame));
    store().put(id(frame), painter.draw(drawing.figure(), drawing.draw()));
    done();
  }
}

}  // namespace sakuga::film
