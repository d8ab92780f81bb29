#include "sakuga/cli/commands.h"
#include "sakuga/cli/environment.h"
#include "sakuga/cli/program.h"

int main(int argc, char** argv) {
  sakuga::cli::prepare_environment(argv);
  return sakuga::cli::run(argc, argv, sakuga::cli::commands());
}
