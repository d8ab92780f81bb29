// The licence ledger of a file, found and printed.
#pragma once

#include <filesystem>
#include <string>

#include "sakuga/data/licence.h"

namespace sakuga::cli {

// Of a dataset, a model (its card), or a picture or film that Sakuga made (the ledger beside it, else its
// metadata). A model, picture or film that says
// nothing has an empty ledger, which permits nothing. Throws Error as the module that reads the file.
data::LedgerSummary ledger_of(const std::filesystem::path& path);

// The verdict, the counts and whom to name; with --json one line of JSON.
void print_ledger(const std::string& file, const data::LedgerSummary& ledger, bool json);

}  // namespace sakuga::cli
