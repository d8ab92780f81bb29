#include "sakuga/film/stylise.h"

#include <chrono>
#include <map>

#include "sakuga/compose/blob_guide.h"
#include "sakuga/compose/flow.h"
#include "sakuga/compose/key_choice.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/film/drawing_line.h"
#include "sakuga/film/key_files.h"
#include "sakuga/film/plate_reader.h"
#include "sakuga/film/stylise_job.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/media/frame_pipeline.h"
#include "sakuga/models/picture_translator.h"

namespace sakuga::film {
namespace {

using core::ErrorKind;
using core::fail;
using train::KeyframePainter;
using train::KeyframeTraining;
using train::KeyPair;

constexpr int64_t kPreviewSteps = 150;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// The plate's motion and the guide, carried along while frames go by.
class Motion {
 public:
  Motion(bool guided, bool smeared) : guided_(guided), smeared_(smeared) {}

  void next(const media::Image& frame) {
    if (!guided_ && !smeared_) return;
    if (last_.pixels.empty()) {
      if (guided_) guide_.begin(frame);
      to_last_ = compose::Flow(frame.width, frame.height);
    } else {
      auto flow = compose::two_way_flow(last_, frame, {.preset = "fast"});
      if (guided_) guide_.advance(flow.forward, compose::visibility(flow.forward, flow.backward), frame);
      to_last_ = std::move(flow.backward);
    }
    last_ = frame;
  }

  media::Image guide() const { return guided_ ? guide_.draw() : media::Image(); }
  const compose::Flow& to_last() const { return to_last_; }

 private:
  bool guided_, smeared_;
  compose::BlobGuide guide_;
  media::Image last_;
  compose::Flow to_last_;
};

class Stylist {
 public:
  Stylist(const StyliseRequest& request, std::shared_ptr<KeyframePainter> painter)
      : options_(request.options), painter_(std::move(painter)) {
    if (options_.engine == "model") model_ = models::PictureTranslator::load(request.model);
  }

  media::Image draw(const DrawingSource& source) const {
    if (painter_) return painter_->draw(source.plate, source.guide);
    if (model_) return model_->draw(source.plate);
    return compose::classic_cel(source.plate, options_.classic);
  }

 private:
  StyliseOptions options_;
  std::shared_ptr<KeyframePainter> painter_;
  std::shared_ptr<models::PictureTranslator> model_;
};

// The painted frames with their plates and guides; reads the plate up to the last of them.
std::vector<KeyPair> key_pairs(PlateReader& plate, const std::vector<KeyFile>& keys, bool guided) {
  std::vector<KeyPair> pairs;
  for (const auto& key : keys)
    pairs.push_back({.plate = {}, .guide = {}, .painting = read_key(key, plate.info())});
  Motion motion(guided, false);
  media::Image frame;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (!guided) plate.seek(keys[i].number);
    do {
      core::check_interrupt();
      if (!plate.read(frame))
        fail(ErrorKind::BadRequest, "stylise: {} is of frame {}, but the plate ends after frame {}",
             keys[i].file.string(), keys[i].number, plate.number());
      motion.next(frame);
    } while (plate.number() < keys[i].number);
    pairs[i].plate = frame;
    pairs[i].guide = motion.guide();
  }
  return pairs;
}

// A quick learning without the guide, and the first frame drawn.
std::filesystem::path preview(const StyliseRequest& request, const StyliseJob& job,
                              const std::vector<KeyFile>& keys) {
  PlateReader plate(request.plate, request.matte, request.frames);
  const auto pairs = key_pairs(plate, keys, false);
  KeyframeTraining quick = request.options.training;
  quick.steps = std::min(quick.steps, kPreviewSteps);
  quick.guide = 0;
  KeyframePainter painter(quick);
  painter.train(pairs, job.file("preview.safetensors"), job.learn_digest());
  media::Image frame;
  plate.seek(plate.info().first_number);
  plate.read(frame);
  media::write_image(job.file("preview.png"), media::to_image8(painter.draw(frame, {})));
  return job.file("preview.png");
}

media::FrameWriteOptions write_options(const StyliseRequest& request, const media::FramesInfo& plate,
                                       int64_t drawn) {
  auto options = request.write;
  options.rate = plate.rate;
  options.first_number = plate.first_number + drawn;
  options.alpha = plate.alpha || !request.matte.empty();
  if (plate.sound) {
    options.sound_from = request.plate;
    options.sound_start_s = plate.start_s;
  }
  return options;
}

void draw_frames(const StyliseRequest& request, const StyliseJob& job, const Stylist& stylist,
                 StyliseReport& report) {
  PlateReader plate(request.plate, request.matte, request.frames);
  const auto& info = plate.info();
  const auto& options = request.options;
  report.reused = job.drawn_frames(info.first_number, info.count);
  std::unique_ptr<media::FrameWriter> writer;
  std::unique_ptr<media::WriteBehind> behind;
  core::Progress progress("draw", "frames", info.count);
  int64_t given = report.reused;
  DrawingLine line(
      options.effects, calm_reach(options.effects, options.engine), report.reused,
      [&](const DrawingSource& source) { return stylist.draw(source); },
      [&](const media::Image& frame) {
        if (!writer) {
          writer = media::FrameWriter::create(request.output, info.width, info.height,
                                              write_options(request, info, report.reused));
          behind = std::make_unique<media::WriteBehind>(*writer);
        }
        behind->write(frame);
        progress.update(++given);
      });
  Motion motion(options.engine == "keyframes" && options.training.guide > 0, options.effects.smear > 0);
  compose::Cadence cadence(options.cadence);
  int64_t number = 0;
  for (media::Image frame; plate.read(frame); ++report.frames) {
    core::check_interrupt();
    motion.next(frame);
    if (cadence.needs_drawing(frame))
      line.draw({frame, motion.guide(), motion.to_last(), ++number});
    else
      line.hold();
  }
  if (report.frames == 0) fail(ErrorKind::BadRequest, "stylise: {} has no frames", request.plate.string());
  line.finish();
  report.drawings = line.drawings();
  if (behind) behind->close();
}

void check_request(const StyliseRequest& request) {
  auto options = request.options;
  visit_fields(options, [](const std::string& name, auto& value, const core::Field& field) {
    core::check_field(name, value, field);
  });
  if (options.engine == "model" && request.model.empty())
    fail(ErrorKind::BadRequest, "stylise: engine 'model' needs one (--model)");
  if (options.engine != "keyframes" && !request.keys.empty())
    fail(ErrorKind::BadRequest, "stylise: painted frames (--keys) are for engine 'keyframes', got '{}'",
         options.engine);
}

}  // namespace

StyliseReport stylise(const StyliseRequest& request) {
  check_request(request);
  StyliseReport report;
  const bool learns = request.options.engine == "keyframes";
  PlateReader plate(request.plate, request.matte, request.frames);
  const auto keys = learns ? find_keys(request.keys, plate.info()) : std::vector<KeyFile>();
  for (const auto& key : keys) read_key(key, plate.info());  // Fails before the long work.
  const StyliseJob job(request, keys, plate.info());
  std::shared_ptr<KeyframePainter> painter;
  if (learns) {
    if (request.preview_first || request.preview_only) report.preview = preview(request, job, keys);
    if (request.preview_only) return report;
    const auto start = std::chrono::steady_clock::now();
    painter = std::make_shared<KeyframePainter>(request.options.training);
    painter->train(key_pairs(plate, keys, request.options.training.guide > 0),
                   job.file("checkpoint.safetensors"), job.learn_digest());
    report.learn_s = seconds_since(start);
    painter->save(job.file("model.safetensors"), "learnt from " + request.plate.filename().string());
  }
  const auto start = std::chrono::steady_clock::now();
  draw_frames(request, job, Stylist(request, painter), report);
  report.draw_s = seconds_since(start);
  return report;
}

std::vector<std::filesystem::path> suggest_keys(const std::filesystem::path& plate_path,
                                                const std::filesystem::path& matte, int64_t count,
                                                const std::filesystem::path& folder) {
  if (count < 1 || count > int64_t(kMostKeys))
    fail(ErrorKind::BadRequest, "suggest keys: expected 1 to {}, got {}", kMostKeys, count);
  PlateReader plate(plate_path, matte);
  compose::KeyChoice choice;
  core::Progress progress("look", "frames", plate.info().count);
  int64_t seen = 0;
  for (media::Image frame; plate.read(frame); progress.update(++seen)) {
    core::check_interrupt();
    choice.add(plate.number(), frame);
  }
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  std::vector<std::filesystem::path> files;
  for (const int64_t number : choice.choose(count)) {
    media::Image frame;
    plate.seek(number);
    plate.read(frame);
    files.push_back(folder / fmt::format("key.{:06d}.png", number));
    const auto picture = media::to_image8(frame);
    const bool alpha = plate.info().alpha || !matte.empty();
    media::write_image(files.back(), alpha ? picture : media::flatten(picture));
  }
  return files;
}

}  // namespace sakuga::film
