// sakuga licence report | check
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/ledger.h"
#include "sakuga/cli/options.h"
#include "sakuga/core/error.h"

namespace sakuga::cli {
namespace {

using Files = std::vector<std::string>;

void add_report(CLI::App& licence) {
  auto files = std::make_shared<Files>();
  CLI::App& command = *licence.add_subcommand("report", "What files were made from and what that permits");
  command.add_option("file", *files, "Datasets, models, drawn pictures")->required();
  command.callback([files, &command] {
    for (const auto& file : *files) print_ledger(file, ledger_of(file), wants_json(command));
  });
}

// Looks at every file before it refuses, so that one run names all that is wrong.
void check_all(const Files& files, data::Policy policy, bool json) {
  std::vector<std::string> refused;
  for (const auto& file : files) {
    const auto ledger = ledger_of(file);
    const bool allowed = data::allows(ledger, policy);
    if (json) {
      fmt::print("{}\n", nlohmann::json{{"file", file}, {"allowed", allowed}}.dump());
    } else if (allowed) {
      fmt::print("{}: allowed: {}\n", file, data::verdict_text(ledger));
    }
    try {
      data::check_licence(ledger, policy, file);
    } catch (const core::Error& error) {
      refused.push_back(error.what());
    }
  }
  if (!refused.empty()) {
    core::fail(core::ErrorKind::RefusedByLicence, "{}", fmt::join(refused, "\nsakuga: "));
  }
}

void add_check(CLI::App& licence) {
  auto files = std::make_shared<Files>();
  auto policy = std::make_shared<std::string>("commercial");
  CLI::App& command = *licence.add_subcommand("check", "Exit with status 6 if a policy refuses a file");
  command.add_option("file", *files, "Datasets, models, drawn pictures")->required();
  add_field(command, "policy", *policy,
            {.help = "what the files are wanted for", .choices = {"commercial", "noncommercial", "any"}});
  command.callback(
      [files, policy, &command] { check_all(*files, data::policy_from_name(*policy), wants_json(command)); });
}

}  // namespace

void add_licence(CLI::App& app) {
  CLI::App& licence = *app.add_subcommand("licence", "Licences of datasets, models and pictures");
  licence.require_subcommand(1);
  add_report(licence);
  add_check(licence);
}

}  // namespace sakuga::cli
