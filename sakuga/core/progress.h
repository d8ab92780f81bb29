// Progress of a long job: a line with rate and time left on a terminal, JSON lines with --json, nothing
// when standard error is piped. And a clean stop: Ctrl-C sets a flag that loops look at.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sakuga::core {

enum class ProgressStyle { Silent, Terminal, Json };

// What the process uses unless told otherwise; set once by main from --json and isatty(stderr).
ProgressStyle progress_style();
void set_progress_style(ProgressStyle style);

class Progress {
 public:
  // `total` units ("pictures", "frames"); 0 if unknown.
  Progress(std::string job, std::string unit, int64_t total);
  ~Progress();  // Ends the line.

  // Sets how many units are done; prints at most ten times a second. `note` stands after the rate.
  void update(int64_t done, const std::string& note = "");

 private:
  std::string job_, unit_;
  int64_t total_, done_ = 0, first_ = -1;
  std::chrono::steady_clock::time_point start_, printed_{};
};

// Installs the SIGINT and SIGTERM handler: the first signal sets the flag, the second ends the process.
void catch_interrupts();
bool interrupted();

// Throws Interrupted if a signal came. main() maps it to exit status 130 after clean-up.
struct Interrupted {};
void check_interrupt();

}  // namespace sakuga::core
