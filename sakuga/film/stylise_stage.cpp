#include "sakuga/film/stylise_stage.h"

#include <algorithm>
#include <memory>
#include <set>

#include "sakuga/compose/classic_cel.h"
#include "sakuga/compose/flow_mean.h"
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

constexpr int kVersion = 3;  // Of the drawings: raise it when they change.

}  // namespace

StylisingStage::StylisingStage(const Shot& shot, Frames& figure, PlateFrames& plate, int64_t frames,
                               const std::filesystem::path& cache, FileDigests& digests)
    : Stage("stylise", cache),
      options_(*shot.stylise),
      folder_(shot.folder()),
      cache_(cache),
      figure_(figure),
      plate_(plate),
      plan_(cadence_plan(options_.on, plate, frames, cache)),
      drawings_(plan_),
      reach_(calm_reach(options_.effects, options_.engine)) {
  drawings_.erase(std::unique(drawings_.begin(), drawings_.end()), drawings_.end());
  nlohmann::ordered_json base = {"stylise", kVersion, options_.engine, reach_,
                                 core::fields_to_json(options_.effects)};
  if (options_.engine == "classic") base.push_back(core::fields_to_json(options_.classic));
  if (options_.engine == "model") base.push_back(digests.of(folder_ / options_.model, "stylise: model"));
  if (options_.engine == "keyframes") {
    find_keys(digests);
    base.push_back(core::fields_to_json(options_.training));
    for (const auto& [frame, file] : keys_)
      base.push_back({frame, figure.id(frame), digests.of(file, "stylise: key frame")});
  }
  if (guided()) {
    std::string all;
    for (int64_t frame = 1; frame <= frames; ++frame)
      carried_.push_back(all = digest({all, figure.id(frame)}));
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

size_t StylisingStage::index_of(int64_t drawing) const {
  return size_t(std::lower_bound(drawings_.begin(), drawings_.end(), drawing) - drawings_.begin());
}

// The drawings that one is averaged with, itself among them, in order.
std::vector<int64_t> StylisingStage::around(int64_t drawing) const {
  const auto at = int64_t(index_of(drawing)), last = int64_t(drawings_.size()) - 1;
  return {drawings_.begin() + std::max<int64_t>(at - reach_, 0),
          drawings_.begin() + std::min(at + reach_, last) + 1};
}

std::string StylisingStage::id(int64_t frame) {
  const int64_t drawing = drawing_of(frame);
  const auto others = around(drawing);
  nlohmann::ordered_json all = {base_, others.front() - drawing};
  if (options_.effects.boil > 0) all.push_back(index_of(drawing));
  if (options_.effects.smear > 0 && drawing > 1) all.push_back(figure_.id(drawing - 1));
  if (guided())
    all.push_back({drawing, carried_.at(size_t(others.back() - 1))});
  else
    for (const int64_t other : others) all.push_back(figure_.id(other));
  return digest(all);
}

std::vector<int64_t> StylisingStage::needs(const std::vector<int64_t>& frames) {
  if (frames.empty()) return {};
  std::set<int64_t> needed;
  for (const auto& [frame, file] : keys_) needed.insert(frame);
  for (const int64_t frame : frames) {
    const auto others = around(drawing_of(frame));
    needed.insert(others.begin(), others.end());
    if (options_.effects.smear > 0) needed.insert(std::max<int64_t>(drawing_of(frame) - 1, 1));
  }
  if (guided())
    for (int64_t frame = *needed.rbegin(); frame > 0; --frame) needed.insert(frame);
  return {needed.begin(), needed.end()};
}

media::Image StylisingStage::figure_at(int64_t frame) {
  return media::converted(figure_.get(frame), media::Transfer::Srgb);
}

// Makes the wanted ones of a run of drawings that follow each other.
void StylisingStage::make_run(const std::vector<int64_t>& run, const std::vector<int64_t>& wanted,
                              const Draw& draw, const std::function<void()>& done) {
  compose::FlowMean mean(reach_);
  size_t popped = 0;
  const auto take = [&] {
    for (media::Image calmed; mean.pop(calmed);) {
      const int64_t drawing = run[popped++];
      if (!std::binary_search(wanted.begin(), wanted.end(), drawing)) continue;
      compose::Flow motion(calmed.width, calmed.height);
      if (options_.effects.smear > 0 && drawing > 1)
        motion = compose::optical_flow(figure_at(drawing), figure_at(drawing - 1), {.preset = "fast"});
      store().put(id(drawing),
                  with_effects(std::move(calmed), options_.effects, motion, int64_t(index_of(drawing)) + 1));
      done();
    }
  };
  for (const int64_t drawing : run) {
    core::check_interrupt();
    const auto figure = figure_at(drawing);
    mean.push(figure, draw(drawing, figure));
    take();
  }
  mean.finish();
  take();
}

void StylisingStage::make(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  if (options_.engine == "classic" && reach_ == 0 && options_.effects.smear == 0)
    return make_classic(frames, done);
  std::vector<int64_t> wanted;
  std::set<int64_t> drawn;
  for (const int64_t frame : frames) {
    wanted.push_back(drawing_of(frame));
    const auto others = around(wanted.back());
    drawn.insert(others.begin(), others.end());
  }
  const auto draw = engine();
  std::vector<int64_t> run;
  for (const int64_t drawing : drawn) {
    if (!run.empty() && index_of(drawing) != index_of(run.back()) + 1) {
      make_run(run, wanted, draw, done);
      run.clear();
    }
    run.push_back(drawing);
  }
  if (!run.empty()) make_run(run, wanted, draw, done);
}

StylisingStage::Draw StylisingStage::engine() {
  if (options_.engine == "keyframes") return key_engine();
  if (options_.engine == "model") {
    const auto model = models::PictureTranslator::load(folder_ / options_.model);
    return [model](int64_t, const media::Image& figure) { return model->draw(figure); };
  }
  return
      [this](int64_t, const media::Image& figure) { return compose::classic_cel(figure, options_.classic); };
}

// Drawings that depend on nothing but their own figure.
void StylisingStage::make_classic(const std::vector<int64_t>& frames, const std::function<void()>& done) {
  run_at_once(frames, [&](int64_t frame) -> FrameTask {
    const auto number = int64_t(index_of(drawing_of(frame))) + 1;
    const auto draw = [this, figure = figure_.getter(drawing_of(frame)), number, name = id(frame)] {
      store().put(name, with_effects(compose::classic_cel(figure(), options_.classic), options_.effects,
                                     compose::Flow(), number));
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

// Learns from the painted frames.
StylisingStage::Draw StylisingStage::key_engine() {
  const bool with_guide = guided();
  std::vector<train::KeyPair> pairs;
  CarriedGuide learning(figure_);
  for (const auto& [frame, file] : keys_) {
    train::KeyPair pair{.plate = figure_at(frame), .guide = {}, .painting = read_key(file)};
    if (with_guide) {
      learning.go_to(frame);
      pair.guide = learning.draw();
    }
    pairs.push_back(std::move(pair));
  }
  const auto painter = std::make_shared<train::KeyframePainter>(options_.training);
  painter->train(pairs, cache_ / "stylise" / (base_ + ".checkpoint"), base_);
  const auto carried = std::make_shared<CarriedGuide>(figure_);
  return [painter, carried, with_guide](int64_t drawing, const media::Image& figure) {
    if (with_guide) carried->go_to(drawing);
    return painter->draw(figure, with_guide ? carried->draw() : media::Image());
  };
}

}  // namespace sakuga::film
