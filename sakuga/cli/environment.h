// The settings that libraries read from the environment when they are loaded, before main() can speak to
// them; see docs/decisions/0002-process-environment.md.
#pragma once

namespace sakuga::cli {

// Starts this program again, once, with those settings added to the environment; variables that the user
// has set stay as they are. Returns if they are in place, or if the program cannot be started again.
void prepare_environment(char** argv);

}  // namespace sakuga::cli
