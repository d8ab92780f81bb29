// The table of subcommands: one function and one file for each verb.
#pragma once

#include <CLI/App.hpp>
#include <span>

namespace sakuga::cli {

// Adds one subcommand to `app`, with its options (see options.h) and a callback that does the work by
// calling the modules below. The callback throws core::Error; run() prints it.
using AddCommand = void (*)(CLI::App& app);

// In the order of `sakuga --help`.
std::span<const AddCommand> commands();

}  // namespace sakuga::cli
