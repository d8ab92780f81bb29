// sakuga film render
#include "sakuga/cli/film_render.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/film.h"
#include "sakuga/cli/options.h"
#include "sakuga/cli/print_json.h"

namespace sakuga::cli {
namespace {

void print_plain(const film::RenderReport& report, bool dry_run) {
  for (const auto& stage : report.stages)
    fmt::print("{:>8}: {} frames, {} {}\n", stage.stage, stage.frames, stage.made,
               dry_run ? "to make" : "made");
  for (const auto& file : report.files) fmt::print("{}\n", file.string());
  fmt::print("{}: {}\n", dry_run ? "frames" : "done", fmt::format("{} to {}", report.first, report.last));
  fmt::print("licence: {}\n", report.verdict);
}

}  // namespace

void print_render(const film::RenderReport& report, const film::RenderOptions& options, bool json) {
  if (!json) return print_plain(report, options.dry_run);
  auto stages = nlohmann::ordered_json::array(), files = nlohmann::ordered_json::array();
  for (const auto& stage : report.stages)
    stages.push_back({{"stage", stage.stage}, {"frames", stage.frames}, {"made", stage.made}});
  for (const auto& file : report.files) files.push_back(file.string());
  print_json({{"event", options.dry_run ? "planned" : "rendered"},
              {"first", report.first},
              {"last", report.last},
              {"stages", stages},
              {"files", files},
              {"verdict", report.verdict}});
}

void add_shot(CLI::App& command, std::string& shot, film::RenderOptions& options) {
  command.add_option("shot", shot, "Shot file (.toml)")->required()->type_name("SHOT");
  command.add_option("-o,--output", options.output, "Folder for everything; default: renders/NAME")
      ->type_name("DIR");
  add_options(command, options);
}

void add_film_render(CLI::App& film) {
  auto shot = std::make_shared<std::string>();
  auto options = std::make_shared<film::RenderOptions>();
  CLI::App& command = *film.add_subcommand("render", "A whole shot, from its plate to the finished film");
  add_shot(command, *shot, *options);
  command.callback([shot, options, &command] {
    print_render(film::render(film::read_shot(*shot), *options), *options, wants_json(command));
  });
}

}  // namespace sakuga::cli
