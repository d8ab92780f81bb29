// What `film render` and `film comp` share. Internal to cli.
#pragma once

#include <CLI/App.hpp>
#include <string>

#include "sakuga/film/render.h"

namespace sakuga::cli {

// What was made and where it is; with --json one line of JSON.
void print_render(const film::RenderReport& report, const film::RenderOptions& options, bool json);

// Adds SHOT and the options to a command.
void add_shot(CLI::App& command, std::string& shot, film::RenderOptions& options);

}  // namespace sakuga::cli
