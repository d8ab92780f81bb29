// The subcommands of `sakuga film`, each in a file of its own. Internal to cli.
#pragma once

#include <CLI/App.hpp>

namespace sakuga::cli {

void add_film(CLI::App& app);
void add_film_key(CLI::App& film);
void add_film_stylise(CLI::App& film);
void add_film_steady(CLI::App& film);
void add_film_plate(CLI::App& film);
void add_film_comp(CLI::App& film);
void add_film_render(CLI::App& film);

}  // namespace sakuga::cli
