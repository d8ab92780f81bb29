// Helpers of the metrics tests.
#pragma once

#include <gtest/gtest.h>

#include <string>

#include "sakuga/core/error.h"

namespace sakuga::metrics {

// Expects `action` to throw Error of this kind with `part` in its message.
inline void expect_error(core::ErrorKind kind, const std::string& part, auto&& action) {
  try {
    action();
    ADD_FAILURE() << "nothing was thrown; expected: " << part;
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), kind) << error.what();
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos)
        << "expected: " << part << "\n     got: " << error.what();
  }
}

}  // namespace sakuga::metrics
