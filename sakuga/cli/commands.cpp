#include "sakuga/cli/commands.h"

#include <vector>

namespace sakuga::cli {

std::span<const AddCommand> commands() {
  static const std::vector<AddCommand> table = {
      // add_data, add_train, ...
  };
  return table;
}

}  // namespace sakuga::cli
