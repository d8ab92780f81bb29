// sakuga translate
#include "sakuga/film/translate/translate.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"

namespace sakuga::cli {
namespace {

struct Request {
  std::vector<std::string> inputs;
  std::string model, output;
  film::TranslateOptions options;
  media::FrameWriteOptions film;
};

void translate(const Request& request, bool json) {
  const auto report = film::translate({request.inputs.begin(), request.inputs.end()}, request.model,
                                      request.output, request.options, request.film);
  for (const auto& path : report.written) {
    if (json)
      print_json({{"event", "translated"}, {"file", path.string()}});
    else
      fmt::print("{}\n", path.string());
  }
  for (const auto& name : report.without_face) {
    if (json)
      print_json({{"event", "no_face"}, {"file", name}});
    else
      fmt::print(stderr, "translate: no face was found in {}; it was left as it is\n", name);
  }
  for (const auto& [name, distance] : report.far)
    if (json) print_json({{"event", "far"}, {"file", name}, {"distance", distance}});
  if (!report.far.empty() && !json)
    fmt::print(
        stderr,
        "translate: {}{} unlike what the model has learnt from ({:.1f} times the distance within which "
        "98 % of that lies); expect a poor drawing\n",
        report.far[0].first,
        report.far.size() == 1 ? " is" : fmt::format(" and {} more are", report.far.size() - 1),
        report.far[0].second);
  if (report.present > 0 && !json)
    fmt::print(stderr, "translate: {} pictures were there already\n", report.present);
}

}  // namespace

void add_translate(CLI::App& app) {
  auto request = std::make_shared<Request>();
  CLI::App& command = *app.add_subcommand(
      "translate", "Translate pictures and films: people into drawings, photos into paintings");
  command.add_option("IN", request->inputs, "Pictures, folders, frames (f.%04d.png), or one film")
      ->type_name("PATH")
      ->required();
  command.add_option("--model", request->model, "Translator (.safetensors)")->type_name("FILE")->required();
  command.add_option("-o,--output", request->output, "Picture, film or folder")
      ->type_name("PATH")
      ->required();
  add_options(command, request->options);
  add_options(command, request->film);
  command.callback([request, &command] { translate(*request, wants_json(command)); });
}

}  // namespace sakuga::cli
