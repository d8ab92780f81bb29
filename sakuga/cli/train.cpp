// sakuga train
#include "sakuga/train/run.h"

#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/options.h"
#include "sakuga/core/progress.h"

namespace sakuga::cli {
namespace {

void announce(const std::filesystem::path& folder) {
  if (core::progress_style() == core::ProgressStyle::Json)
    fmt::print("{}\n", nlohmann::json{{"event", "run"}, {"folder", folder.string()}}.dump());
  else
    fmt::print("run {}\n", folder.string());
  std::fflush(stdout);
}

void start(const train::RunRequest& request, bool dry_run) {
  if (dry_run) {
    fmt::print("{}", train::resolved_recipe(request));
    return;
  }
  const auto folder = train::run(request, announce);
  const auto model = (folder / "model.safetensors").string();
  if (core::progress_style() == core::ProgressStyle::Json)
    fmt::print("{}\n", nlohmann::json{{"event", "done"}, {"model", model}}.dump());
  else
    fmt::print("model {}\n", model);
}

}  // namespace

void add_train(CLI::App& app) {
  auto request = std::make_shared<train::RunRequest>();
  auto dry_run = std::make_shared<bool>(false);
  CLI::App& command = *app.add_subcommand("train", "Train a model by a recipe");
  command.add_option("recipe", request->recipe, "Recipe (.toml); may be left out with --resume");
  command
      .add_option("--set", request->settings, "Another value for a key of the recipe, as optimiser.rate=1e-4")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
  command.add_option("--run", request->folder, "Folder of the new run; default: the first free runs/NAME")
      ->type_name("DIR");
  command.add_option("--resume", request->resume, "Go on with the run in this folder")
      ->type_name("DIR")
      ->excludes("--run");
  command.add_flag("--dry-run", *dry_run, "Print the recipe with every setting, and do not train");
  command.callback([request, dry_run] { start(*request, *dry_run); });
}

}  // namespace sakuga::cli
