// The program around the subcommands: parsing, messages, exit status.
#pragma once

#include <span>

#include "sakuga/cli/commands.h"

namespace sakuga::cli {

// Parses the arguments, runs the subcommand and returns the exit status: 0 done, 130 interrupted, else
// that of the error (core::exit_status), whose message goes to standard error as "sakuga: message". What
// is no core::Error is our own fault: 70. Sets the progress style and catches interrupts. Never throws.
int run(int argc, const char* const* argv, std::span<const AddCommand> commands);

}  // namespace sakuga::cli
