#include "sakuga/film/render.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>

#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/at_once.h"
#include "sakuga/film/composite.h"
#include "sakuga/film/deliver.h"
#include "sakuga/film/figure.h"
#include "sakuga/film/render_folder.h"
#include "sakuga/film/shot_ledger.h"

namespace sakuga::film {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

namespace {

class Render {
 public:
  Render(const Shot& shot, const RenderOptions& options, bool given_figure)
      : shot_(shot),
        options_(options),
        given_figure_(given_figure),
        folder_(options.output.empty() ? fs::path("renders") / shot.name : fs::path(options.output)),
        cache_(folder_.cache() / (options.preview == 1 ? "full" : fmt::format("{:g}", options.preview))),
        digests_(folder_.cache() / "files.json") {
    fs::create_directories(cache_);
    if (shot.plate) figure_.emplace(shot, shot.frames, options.preview, cache_, digests_);
    frames_ = figure_ ? figure_->frames() : shot.frames;
    choose_frames();
    comp_.emplace(shot, figure_ ? &*figure_ : nullptr, frames_, options.preview, cache_, digests_);
    check_stage();
  }

  RenderReport run() {
    auto delivery = make_delivery();
    if (!options_.dry_run && delivers()) check_deliverables(delivery, comp_->width(), comp_->height());
    digests_.save();
    make_stages();
    report_.folder = folder_.path();
    report_.verdict = delivery.ledger.value("verdict", "");
    report_.first = first_;
    report_.last = last_;
    if (options_.dry_run) return report_;
    if (delivers())
      deliver(delivery);
    else
      write_pictures();
    return report_;
  }

 private:
  bool delivers() const { return options_.stage.empty() || options_.stage == "deliver"; }
  bool is_whole() const { return first_ == 1 && last_ == frames_; }

  void choose_frames() {
    media::FrameReadOptions chosen;
    media::parse_frames(options_.frames, chosen);
    first_ = chosen.first.value_or(1);
    last_ = chosen.last.value_or(frames_);
    if (first_ < 1 || last_ > frames_ || first_ > last_)
      fail(ErrorKind::BadRequest, "render: expected frames from 1 to {}, got {}", frames_, options_.frames);
  }

  void check_stage() const {
    if (options_.stage.empty()) return;
    std::vector<std::string> known;
    if (figure_)
      for (const auto& stage : figure_->stages()) known.push_back(stage->name());
    known.insert(known.end(), {"paint", "comp", "deliver"});
    if (std::find(known.begin(), known.end(), options_.stage) == known.end())
      fail(ErrorKind::BadRequest, "render: this shot has no stage '{}': it has {}{}", options_.stage,
           fmt::join(known, ", "), core::suggestion(options_.stage, known));
  }

  Delivery make_delivery() {
    std::map<std::string, std::string> contents;
    if (figure_) contents[shot_.plate->file] = figure_->plate().clip().content();
    for (const auto& layer : shot_.layers)
      if (layer.is_picture()) contents[layer.file] = comp_->content(layer);
    std::string label;
    if (options_.preview != 1) label = "preview";
    if (!is_whole()) label += fmt::format("{}{}-{}", label.empty() ? "" : ".", first_, last_);
    return {.shot = shot_,
            .folder = folder_,
            .finished = *comp_,
            .figure = figure_ ? &*figure_ : nullptr,
            .first = first_,
            .last = last_,
            .label = label,
            .preview = options_.preview != 1,
            .ledger = ledger_json(shot_, ledger_of(shot_, contents, digests_))};
  }

  // Makes what is missing of one stage of the figure, and before that what those frames need.
  void make_figure(size_t index, const std::vector<int64_t>& frames) {
    auto& stage = *figure_->stages()[index];
    const auto missing = stage.missing(frames);
    if (!missing.empty() && index > 0) make_figure(index - 1, stage.needs(missing));
    if (!missing.empty() && given_figure_ && !options_.dry_run)
      fail(ErrorKind::NotFound,
           "comp: the frames of stage '{}' are not there; run `sakuga film render` first", stage.name());
    make(stage, frames, missing);
  }

  void make(Stage& stage, const std::vector<int64_t>& frames, const std::vector<int64_t>& missing) {
    report(stage.name(), int64_t(frames.size()), int64_t(missing.size()));
    if (missing.empty() || options_.dry_run) return;
    core::Progress progress(stage.name(), "frames", int64_t(missing.size()));
    int64_t done = 0;
    progress.update(done);
    stage.make(missing, [&] { progress.update(++done); });
  }

  // A stage may be gone through more than once.
  void report(const std::string& stage, int64_t frames, int64_t made) {
    for (auto& line : report_.stages) {
      if (line.stage != stage) continue;
      line.frames = std::max(line.frames, frames);
      line.made += made;
      return;
    }
    report_.stages.push_back({stage, frames, made});
  }

  void make_result(const std::vector<int64_t>& frames) {
    if (figure_ && !figure_->stages().empty()) make_figure(figure_->stages().size() - 1, frames);
  }

  void make_stages() {
    const auto frames = range(first_, last_);
    if (figure_)
      for (size_t i = 0; i < figure_->stages().size(); ++i)
        if (figure_->stages()[i]->name() == options_.stage) return make_figure(i, frames);
    if (!options_.dry_run) comp_->paint_backgrounds();
    if (options_.stage == "paint") return;
    const auto missing = comp_->missing(frames);
    // Cels and sheets show the figure's stages, whether or not the composite needs them again.
    const bool all = delivers() && figure_ && comp_->shows_figure() && !given_figure_;
    if (all || !missing.empty()) make_result(all ? frames : comp_->needs(missing));
    if (all && shot_.sheets && !options_.dry_run)
      for (size_t i = 0; i + 1 < figure_->stages().size(); ++i) make_figure(i, strip_frames(first_, last_));
    make(*comp_, frames, missing);
  }

  void deliver(const Delivery& delivery) {
    report_.files = deliver_films(delivery);
    const bool has_figure = figure_ && comp_->shows_figure() && !given_figure_;
    if (is_whole() && options_.preview == 1) {
      if (has_figure) deliver_cels(delivery);
      deliver_timing(delivery);
    }
    deliver_sheets(delivery);
    if (is_whole()) prune();
  }

  // What this shot no longer uses leaves the cache, once the shot is done.
  void prune() {
    const auto keep = [&](Stage& stage, Frames& pictures) {
      std::set<std::string> ids;
      for (int64_t frame = 1; frame <= frames_; ++frame) ids.insert(pictures.id(frame));
      stage.store().keep_only(ids);
    };
    if (figure_)
      for (const auto& stage : figure_->stages()) keep(*stage, *stage);
    keep(*comp_, *comp_);
  }

  Frames* shown_stage() {
    if (options_.stage == "comp") return &*comp_;
    for (const auto& stage : figure_->stages())
      if (stage->name() == options_.stage) return stage.get();
    return nullptr;
  }

  // The frames of one stage, numbered as the shot's, for other programs.
  void write_pictures() {
    if (options_.stage == "paint") {
      report_.files = comp_->write_paintings(folder_.path() / "paint");
      return;
    }
    Frames& pictures = *shown_stage();
    const bool drawn = options_.stage == "stylise" || options_.stage == "steady";
    const auto pattern = folder_.path() / options_.stage / (shot_.name + (drawn ? ".%06d.png" : ".%06d.exr"));
    fs::create_directories(pattern.parent_path());
    const auto first = pictures.get(first_);
    const auto writer = media::FrameWriter::create(
        pattern, first.width, first.height, {.rate = shot_.rate(), .alpha = true, .first_number = first_});
    core::Progress progress("write " + options_.stage, "frames", last_ - first_ + 1);
    for (int64_t frame = first_; frame <= last_; ++frame) {
      core::check_interrupt();
      writer->write(pictures.get(frame));
      progress.update(frame - first_ + 1);
    }
    writer->close();
    report_.files = {pattern};
  }

  const Shot& shot_;
  RenderOptions options_;
  bool given_figure_;
  RenderFolder folder_;
  fs::path cache_;
  FileDigests digests_;
  std::optional<Figure> figure_;
  std::optional<CompositingStage> comp_;
  int64_t frames_ = 0, first_ = 1, last_ = 0;
  RenderReport report_;
};

}  // namespace

RenderReport render(const Shot& shot, const RenderOptions& options) {
  return Render(shot, options, false).run();
}

RenderReport composite(const Shot& shot, const RenderOptions& options) {
  return Render(shot, options, true).run();
}

}  // namespace sakuga::film
