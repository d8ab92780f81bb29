// From options structs (core/fields.h) to command line options.
//
//   auto options = std::make_shared<WalkOptions>();
//   CLI::App& command = *app.add_subcommand("walk", "A film of characters melting into one another");
//   command.add_option("-o,--output", ...)->required();
//   add_options(command, *options);
//   command.callback([options] { ... });
//
// A field `keep_going` becomes --keep-going. A bool is a flag, and --no-NAME if its default is true; a
// list takes commas and may be repeated. Defaults, ranges and choices are part of --help. A value that
// cannot be read or is out of range throws Error(BadRequest) while parsing, naming the nearest choice.
#pragma once

#include <CLI/App.hpp>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"

namespace sakuga::cli {

// The options must outlive the parsing. The value before parsing is the default.
void add_field(CLI::App& app, const std::string& name, bool& value, const core::Field& field);
void add_field(CLI::App& app, const std::string& name, int64_t& value, const core::Field& field);
void add_field(CLI::App& app, const std::string& name, double& value, const core::Field& field);
void add_field(CLI::App& app, const std::string& name, std::string& value, const core::Field& field);
void add_field(CLI::App& app, const std::string& name, std::vector<std::string>& value,
               const core::Field& field);

template <class Options>
void add_options(CLI::App& app, Options& options) {
  visit_fields(options, [&](const std::string& name, auto& value, const core::Field& field) {
    add_field(app, name, value, field);
  });
}

// "a, b,c" -> {"a", "b", "c"}: trimmed, without empty ones.
std::vector<std::string> split_list(const std::string& text);

// Whether --json was given, to the program or to any of its subcommands.
bool wants_json(const CLI::App& app);

}  // namespace sakuga::cli
