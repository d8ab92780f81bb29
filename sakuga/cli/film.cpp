// sakuga film key | stylise | steady | comp | render
#include "sakuga/cli/film.h"

#include <CLI/App.hpp>

#include "sakuga/cli/commands.h"

namespace sakuga::cli {

void add_film(CLI::App& app) {
  CLI::App& command = *app.add_subcommand("film", "From a plate to a finished shot");
  command.require_subcommand(1);
  // One line for each subcommand, in the order of the work.
  add_film_plate(command);
  add_film_key(command);
  add_film_stylise(command);
  add_film_steady(command);
  add_film_comp(command);
  add_film_render(command);
}

}  // namespace sakuga::cli
