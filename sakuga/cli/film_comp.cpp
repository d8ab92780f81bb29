// sakuga film comp
#include <CLI/App.hpp>
#include <memory>

#include "sakuga/cli/film.h"
#include "sakuga/cli/film_render.h"
#include "sakuga/cli/options.h"

namespace sakuga::cli {

void add_film_comp(CLI::App& film) {
  auto shot = std::make_shared<std::string>();
  auto options = std::make_shared<film::RenderOptions>();
  CLI::App& command =
      *film.add_subcommand("comp", "A shot from finished drawings: composite and deliver alone");
  add_shot(command, *shot, *options);
  command.callback([shot, options, &command] {
    print_render(film::composite(film::read_shot(*shot), *options), *options, wants_json(command));
  });
}

}  // namespace sakuga::cli
