#include "sakuga/cli/commands.h"

#include <vector>

namespace sakuga::cli {

void add_data(CLI::App& app);
void add_licence(CLI::App& app);
void add_train(CLI::App& app);
void add_model(CLI::App& app);
void add_draw(CLI::App& app);
void add_walk(CLI::App& app);
void add_sheet(CLI::App& app);
void add_cast(CLI::App& app);
void add_metric(CLI::App& app);
void add_film(CLI::App& app);
void add_rig(CLI::App& app);
void add_paint(CLI::App& app);
void add_translate(CLI::App& app);

std::span<const AddCommand> commands() {
  static const std::vector<AddCommand> table = {
      add_data, add_train, add_translate, add_draw,   add_walk,    add_sheet, add_cast,
      add_rig,  add_paint, add_film,      add_metric, add_licence, add_model,
  };
  return table;
}

}  // namespace sakuga::cli
