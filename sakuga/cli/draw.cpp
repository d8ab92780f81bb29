// sakuga draw
#include "sakuga/character/draw.h"

#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/default_model.h"
#include "sakuga/cli/dial_options.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::string model, output;
  character::DrawOptions options;
  DialOptions dials;
};

void draw(const Request& request, bool json) {
  const auto artist = character::load_artist(model_or_default(request.model));
  auto options = request.options;
  options.tags = request.dials.with(options.tags, artist.card, artist.name);
  for (const auto& written : character::draw_to(artist, options, request.output)) {
    if (json)
      print_json({{"event", "drawn"}, {"file", written.string()}});
    else
      fmt::print("{}\n", written.string());
  }
}

}  // namespace

void add_draw(CLI::App& app) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *app.add_subcommand("draw", "Draw characters by tags and seeds");
  command.add_option("--model", request->model, "Generator (.safetensors); default: the one that ships")
      ->type_name("FILE");
  command
      .add_option("-o,--output", request->output,
                  "Picture (a grid if there are several), folder/, or pattern with {index} or {seed}")
      ->type_name("PATH")
      ->required();
  add_options(command, request->options);
  request->dials.add_to(command);
  command.callback([request, &command] { draw(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
