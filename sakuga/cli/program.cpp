#include "sakuga/cli/program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <iostream>
#include <new>

#include "sakuga/cli/options.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"

namespace sakuga::cli {
namespace {

constexpr int kInterrupted = 130;  // 128 + SIGINT, as shells count.

void choose_progress(const CLI::App& app) {
  const bool terminal = ::isatty(STDERR_FILENO) == 1;
  core::set_progress_style(wants_json(app) ? core::ProgressStyle::Json
                           : terminal      ? core::ProgressStyle::Terminal
                                           : core::ProgressStyle::Silent);
}

std::unique_ptr<CLI::App> make_app(std::span<const AddCommand> commands) {
  auto app =
      std::make_unique<CLI::App>("From licensed pictures to drawn characters and finished shots", "sakuga");
  // Subcommands inherit these; with fallthrough they all know --json.
  app->fallthrough();
  app->get_formatter()->column_width(36);
  app->set_version_flag("--version", "sakuga " SAKUGA_VERSION);
  app->add_flag("--json")->description("Print machine-readable lines (with any command)");
  app->require_subcommand(1);
  for (const AddCommand add : commands) add(*app);
  app->parse_complete_callback([raw = app.get()] { choose_progress(*raw); });
  return app;
}

const CLI::App& last_subcommand(const CLI::App& app) {
  const CLI::App* last = &app;
  for (auto parsed = last->get_subcommands(); !parsed.empty(); parsed = last->get_subcommands())
    last = parsed.back();
  return *last;
}

// "draw" or "data import"; empty for the program itself.
std::string full_name(const CLI::App& app) {
  if (!app.get_parent()) return "";
  const std::string before = full_name(*app.get_parent());
  return before.empty() ? app.get_name() : before + " " + app.get_name();
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* level = &app; level; level = level->get_parent()) {
    for (const CLI::Option* option : level->get_options()) {
      for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
  }
  return names;
}

std::vector<std::string> subcommand_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

// Unknown words come first: they are often why something else seems to be missing.
std::string describe(const CLI::App& app, const CLI::ParseError& error) {
  const CLI::App& command = last_subcommand(app);
  const std::string name = full_name(command);
  const std::string prefix = name.empty() ? "" : name + ": ";
  const std::vector<std::string> commands = subcommand_names(command);
  if (const std::vector<std::string> unknown = app.remaining(true); !unknown.empty()) {
    const std::string word = unknown.front().substr(0, unknown.front().find('='));
    if (word.starts_with("-")) {
      return fmt::format("{}unknown option {}{}", prefix, word,
                         core::suggestion(word, option_names(command)));
    }
    const char* kind = commands.empty() ? "argument" : "command";
    return fmt::format("{}unknown {} {}{}", prefix, kind, word, core::suggestion(word, commands));
  }
  if (!commands.empty() && command.get_subcommands().empty()) {
    return fmt::format("{}expected a command: {}", prefix, fmt::join(commands, ", "));
  }
  return prefix + error.what();
}

int complain(int status, const std::string& message) {
  // What the command printed before comes before.
  std::cout.flush();
  std::fflush(stdout);
  fmt::print(stderr, "sakuga: {}\n", message);
  return status;
}

int parse_and_run(CLI::App& app, int argc, const char* const* argv) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success& wanted) {  // --help and --version
    app.exit(wanted);
  } catch (const CLI::ParseError& error) {
    const std::string name = full_name(last_subcommand(app));
    return complain(core::exit_status(core::ErrorKind::BadRequest),
                    fmt::format("{}\nsakuga: see sakuga {}{}--help", describe(app, error), name,
                                name.empty() ? "" : " "));
  }
  std::cout.flush();
  if (std::fflush(stdout) != 0 || std::ferror(stdout) || !std::cout) {
    core::fail(core::ErrorKind::BadRequest, "write: cannot write to standard output; is its disk full?");
  }
  return 0;
}

// Libraries put stack traces below the first line.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

int run(int argc, const char* const* argv, std::span<const AddCommand> commands) {
  const int our_fault = core::exit_status(core::ErrorKind::Internal);
  try {
    core::catch_interrupts();
    const auto app = make_app(commands);
    return parse_and_run(*app, argc, argv);
  } catch (const core::Error& error) {
    return complain(core::exit_status(error.kind()), error.what());
  } catch (const core::Interrupted&) {
    return complain(kInterrupted, "interrupted");
  } catch (const std::bad_alloc&) {
    return complain(our_fault, "out of memory; try smaller pictures or batches");
  } catch (const std::exception& error) {
    return complain(our_fault, "internal error: " + first_line(error.what()));
  } catch (...) {
    return complain(our_fault, "internal error of an unknown kind");
  }
}

}  // namespace sakuga::cli
