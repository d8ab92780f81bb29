// sakuga walk
#include "sakuga/character/walk.h"

#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/default_model.h"
#include "sakuga/cli/dial_options.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"
#include "sakuga/core/error.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string model, film, strip;
  character::WalkOptions options;
  DialOptions dials;
};

void walk(const Request& request, bool json) {
  if (request.film.empty() && request.strip.empty())
    core::fail(core::ErrorKind::BadRequest, "walk: expected --output, --strip or both");
  const auto artist = character::load_artist(model_or_default(request.model));
  auto options = request.options;
  options.tags = request.dials.with(options.tags, artist.card, artist.name);
  const auto report = character::walk_to(artist, options, {.film = request.film, .strip = request.strip});
  if (json)
    print_json({{"event", "walked"},
                {"film", request.film},
                {"strip", request.strip},
                {"frames", report.frames},
                {"characters", report.keys},
                {"mean_step", report.mean_step},
                {"step_variation", report.step_variation}});
  else
    fmt::print("{}: {} frames through {} characters; a step is {:.2f} in Lab, give or take {:.0f} %\n",
               request.film.empty() ? request.strip : request.film, report.frames, report.keys,
               report.mean_step, 100 * report.step_variation);
}

}  // namespace

void add_walk(CLI::App& app) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *app.add_subcommand("walk", "A film of characters that melt into one another");
  command.add_option("--model", request->model, "Generator (.safetensors); default: the one that ships")
      ->type_name("FILE");
  command.add_option("-o,--output", request->film, "Film: .mp4 (H.264) or .mkv (FFV1, lossless)")
      ->type_name("FILE");
  command.add_option("--strip", request->strip, "Picture of 24 frames spread over the film")
      ->type_name("FILE");
  add_options(command, request->options);
  request->dials.add_to(command);
  command.callback([request, &command] { walk(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
