// Progress of a long job: a line with rate and time left on a terminal, JSON lines with --json, nothing
// when standard error is piped. And a clean stop: Ctrl-C sets a flag that loops look at.
//
// Progress always goes to standard error, so that a command's results stay alone on standard output.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace sakuga::core {

enum class ProgressStyle { Silent, Terminal, Json };

// What the process uses unless told otherwise (Silent); set once by main from --json and isatty(stderr).
ProgressStyle progress_style();
void set_progress_style(ProgressStyle style);

// One state of a job. The rate is in units a second, 0 while unknown.
struct ProgressState {
  std::string job = {}, unit = {};
  int64_t done = 0, total = 0;  // total 0: unknown.
  double rate = 0;
  std::string note = {};
};

// "import: 120/500 pictures, 34.5/s, 0:11 left, note", or the same as one JSON object on a line:
// {"event":"progress","job":…,"unit":…,"done":…,"total":…,"rate":…,"seconds_left":…,"note":…}, of which
// what is unknown is absent.
std::string progress_text(const ProgressState& state);
std::string progress_json(const ProgressState& state);

class Progress {
 public:
  // `total` units ("pictures", "frames"); 0 if unknown.
  Progress(std::string job, std::string unit, int64_t total);
  ~Progress();  // Prints the last state if it is not on the screen yet, and ends the line.
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Sets how many units are done; prints at most ten times a second. `note` stands after the rate. The
  // rate counts from the first update, so a resumed job may begin with what was done before.
  void update(int64_t done, const std::string& note = "");

 private:
  void print();

  ProgressState state_;
  ProgressStyle style_;
  bool updated_ = false, pending_ = false;
  int64_t first_ = 0;
  std::chrono::steady_clock::time_point start_, printed_{};
};

// Installs the SIGINT and SIGTERM handler: the first signal sets the flag, the second ends the process.
void catch_interrupts();
bool interrupted();

// Throws Interrupted if a signal came. main() maps it to exit status 130 after clean-up.
struct Interrupted {};
void check_interrupt();

}  // namespace sakuga::core
