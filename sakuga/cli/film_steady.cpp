// sakuga film steady
#include <CLI/App.hpp>
#include <memory>
#include <vector>

#include "sakuga/cli/film.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/compose/steady.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/frame_pipeline.h"
#include "sakuga/media/frames.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string plate, stylised, output;
  compose::SteadyOptions options;
  media::FrameWriteOptions write;
};

// What the reports of all frames come to.
struct Summary {
  int64_t frames = 0, holds = 0;
  std::vector<int64_t> cuts;
  double exposure = 0, boil = 0;

  void add(const compose::SteadyReport& report, int64_t first_number) {
    ++frames;
    holds += report.hold;
    if (report.cut) cuts.push_back(first_number + report.frame);
    exposure += report.exposure;
    boil += report.boil;
  }
};

[[noreturn]] void refuse_counts(const Request& request, const std::string& plates,
                                const std::string& frames) {
  core::fail(
      core::ErrorKind::BadRequest,
      "film steady: expected a plate for each stylised frame, got {} frames in {} and {} in {}; cut both "
      "to the same frames",
      plates, request.plate, frames, request.stylised);
}

void check_clips(const Request& request, const media::FramesInfo& plate, const media::FramesInfo& stylised) {
  if (plate.width != stylised.width || plate.height != stylised.height)
    core::fail(
        core::ErrorKind::BadRequest,
        "film steady: expected plate and stylised frames of one size, got {}x{} in {} and {}x{} in {}; "
        "scale one to the other",
        plate.width, plate.height, request.plate, stylised.width, stylised.height, request.stylised);
  if (plate.count > 0 && stylised.count > 0 && plate.count != stylised.count)
    refuse_counts(request, std::to_string(plate.count), std::to_string(stylised.count));
}

std::unique_ptr<media::FrameWriter> create_writer(const Request& request, const media::FramesInfo& info) {
  auto options = request.write;
  options.rate = info.rate;
  options.alpha = info.alpha;
  options.first_number = info.first_number;
  if (info.sound) {
    options.sound_from = request.stylised;
    options.sound_start_s = info.start_s;
    if (info.count > 0) options.sound_length_s = double(info.count) / info.rate.value();
  }
  return media::FrameWriter::create(request.output, info.width, info.height, options);
}

Summary steady_frames(const Request& request, media::FrameReader& plates, media::FrameReader& frames,
                      media::FrameWriter& writer) {
  media::ReadAhead plates_ahead(plates), frames_ahead(frames);
  media::WriteBehind behind(writer);
  core::Progress progress("film steady", "frames", frames.info().count);
  compose::Steady steady(request.options);
  Summary summary;
  media::Image plate, frame, result;
  const auto write_ready = [&] {
    compose::SteadyReport report;
    while (steady.pop(result, &report)) {
      summary.add(report, frames.info().first_number);
      behind.take(result);
      progress.update(summary.frames);
      core::check_interrupt();
    }
  };
  while (true) {
    const bool has_plate = plates_ahead.read(plate), has_frame = frames_ahead.read(frame);
    if (has_plate != has_frame)
      refuse_counts(request, has_plate ? "more" : "fewer", has_frame ? "more" : "fewer");
    if (!has_frame) break;
    steady.take(plate, frame);
    write_ready();
  }
  steady.finish();
  write_ready();
  behind.close();
  return summary;
}

void print_summary(const Request& request, const Summary& summary, bool json) {
  const double count = double(std::max<int64_t>(summary.frames, 1));
  if (json) {
    print_json({{"output", request.output},
                {"frames", summary.frames},
                {"cuts", summary.cuts},
                {"holds", summary.holds},
                {"exposure_change", summary.exposure / count},
                {"boil_change", summary.boil / count}});
    return;
  }
  std::string cuts = summary.cuts.empty() ? "no cuts" : "cuts at";
  for (const int64_t number : summary.cuts) cuts += fmt::format(" {}", number);
  fmt::print("{}: {} frames, {}, {} held; exposure moved {:.2f} %, texture {:.2f} % on the mean\n",
             request.output, summary.frames, cuts, summary.holds, 100 * summary.exposure / count,
             100 * summary.boil / count);
}

void film_steady(const Request& request, bool json) {
  const auto plates = media::FrameReader::open(request.plate);
  const auto frames = media::FrameReader::open(request.stylised);
  check_clips(request, plates->info(), frames->info());
  const auto writer = create_writer(request, frames->info());
  print_summary(request, steady_frames(request, *plates, *frames, *writer), json);
}

}  // namespace

void add_film_steady(CLI::App& film) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *film.add_subcommand(
      "steady", "Take the flicker out of stylised frames, along the motion of their plate");
  command.add_option("plate", request->plate, "Film, sequence or folder that the frames were made from")
      ->type_name("CLIP")
      ->required();
  command.add_option("stylised", request->stylised, "The flickering frames, as many and as large")
      ->type_name("CLIP")
      ->required();
  command.add_option("-o,--output", request->output, "Film or sequence to write")
      ->type_name("CLIP")
      ->required();
  add_options(command, request->options);
  add_options(command, request->write);
  command.callback([request, &command] { film_steady(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
