#include "sakuga/cli/commands.h"
#include "sakuga/cli/program.h"

int main(int argc, char** argv) {
  return sakuga::cli::run(argc, argv, sakuga::cli::commands());
}
