// Helper of the command tests.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <vector>

#include "sakuga/cli/commands.h"
#include "sakuga/cli/program.h"

namespace sakuga::cli {

struct Result {
  int status = 0;
  std::string out, err;
};

// Runs `sakuga` with these arguments and returns its exit status and what it printed.
inline Result sakuga(const std::vector<std::string>& arguments,
                     std::span<const AddCommand> table = commands()) {
  std::vector<const char*> words = {"sakuga"};
  for (const auto& argument : arguments) words.push_back(argument.c_str());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Result result;
  result.status = run(static_cast<int>(words.size()), words.data(), table);
  result.err = testing::internal::GetCapturedStderr();
  result.out = testing::internal::GetCapturedStdout();
  return result;
}

}  // namespace sakuga::cli
