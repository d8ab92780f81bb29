// Processes of their own for the tests of what a kill leaves behind.
#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

namespace sakuga::film {

// Runs this program's tests of that name, disabled as they are by themselves, in a child process, which reads
// SAKUGA_TEST_SHOT and SAKUGA_TEST_OUTPUT. Returns its process id.
inline pid_t start_child(const std::string& tests, const std::string& shot, const std::string& output) {
  const pid_t child = ::fork();
  if (child != 0) return child;
  ::setenv("SAKUGA_TEST_SHOT", shot.c_str(), 1);
  ::setenv("SAKUGA_TEST_OUTPUT", output.c_str(), 1);
  ::close(STDOUT_FILENO);
  ::execl("/proc/self/exe", "child", ("--gtest_filter=" + tests).c_str(), "--gtest_also_run_disabled_tests",
          nullptr);
  ::_exit(127);
}

}  // namespace sakuga::film
