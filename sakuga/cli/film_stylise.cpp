// sakuga film stylise
#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/film.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"
#include "sakuga/film/stylise.h"

namespace sakuga::cli {
namespace {

struct Request {
  film::StyliseRequest stylise;
  std::string plate, matte, output, model, frames;
  int64_t suggest = 0;
};

void suggest(const Request& request, bool json) {
  for (const auto& file : film::suggest_keys(request.plate, request.matte, request.suggest, request.output)) {
    if (json)
      print_json({{"event", "suggested"}, {"frame", *media::frame_number_of(file)}, {"file", file.string()}});
    else
      fmt::print("{}\n", file.string());
  }
}

void stylise(Request request, bool json) {
  if (request.suggest > 0) return suggest(request, json);
  auto& asked = request.stylise;
  asked.plate = request.plate;
  asked.matte = request.matte;
  asked.output = request.output;
  asked.model = request.model;
  media::parse_frames(request.frames, asked.frames);
  const auto report = film::stylise(asked);
  const double rate = report.draw_s > 0 ? double(report.frames - report.reused) / report.draw_s : 0;
  if (json)
    print_json({{"event", "stylised"},
                {"file", request.output},
                {"frames", report.frames},
                {"drawings", report.drawings},
                {"reused", report.reused},
                {"learn_s", report.learn_s},
                {"draw_s", report.draw_s},
                {"frames_per_s", rate},
                {"preview", report.preview.string()}});
  else if (report.frames == 0)
    fmt::print("{}: frame one, learnt quickly\n", report.preview.string());
  else
    fmt::print("{}: {} frames, {} drawn now, {} there before; learnt in {:.0f} s, {:.1f} frames/s\n",
               request.output, report.frames, report.drawings, report.reused, report.learn_s, rate);
}

}  // namespace

void add_film_stylise(CLI::App& film) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *film.add_subcommand("stylise", "Redraw a plate as its painted frames show");
  command.add_option("plate", request->plate, "Film, sequence (name.%06d.png), folder or still")->required();
  command
      .add_option("-o,--output", request->output,
                  "Sequence (name.%06d.png) or film; with --suggest-keys: folder for the frames to paint")
      ->type_name("PATH")
      ->required();
  command
      .add_option("--keys", request->stylise.keys,
                  "Painted frames; a name ends in the plate's frame number: 'keys/*.png'")
      ->type_name("FILE");
  command.add_option("--matte", request->matte, "Film or sequence whose alpha, or red, is the plate's alpha")
      ->type_name("PATH");
  command.add_option("--model", request->model, "Picture model (.safetensors) of engine 'model'")
      ->type_name("FILE");
  command.add_option("--frames", request->frames, "Part of the plate by its numbers: 10-20")
      ->type_name("RANGE");
  command
      .add_option("--suggest-keys", request->suggest, "Write the so many frames that are most worth painting")
      ->type_name("COUNT");
  command.add_flag("--preview-first", request->stylise.preview_first,
                   "First learn for some seconds and write frame one");
  command.add_flag("--preview-only", request->stylise.preview_only, "The same, and stop");
  add_options(command, request->stylise.options);
  add_options(command, request->stylise.options.classic);
  add_options(command, request->stylise.options.training);
  add_options(command, request->stylise.write);
  command.callback([request, &command] { stylise(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
