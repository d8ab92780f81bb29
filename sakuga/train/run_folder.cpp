#include "sakuga/train/run_folder.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <sstream>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"

namespace sakuga::train {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

RunFolder::RunFolder(const fs::path& path) : path_(path) {
  std::error_code error;
  fs::create_directories(path / "samples", error);
  if (error)
    fail(ErrorKind::BadRequest, "train: cannot make the run folder {}: {}", path.string(), error.message());
  lock_ = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0)
    fail(ErrorKind::BadRequest, "train: cannot write in {}: {}", path.string(), std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    fail(ErrorKind::BadRequest,
         "train: another training is running in {}; wait for it or choose another --run", path.string());
  }
  // What a killed run was writing.
  for (const auto& entry : fs::directory_iterator(path)) {
    const auto name = entry.path().filename().string();
    if (name.starts_with('.') && name.find(".part") != std::string::npos) fs::remove(entry.path(), error);
  }
}

RunFolder::~RunFolder() {
  ::close(lock_);
}

fs::path RunFolder::sample(int64_t pictures) const {
  return path_ / "samples" / fmt::format("{:09}.png", pictures);
}

void RunFolder::keep_as_best() const {
  for (const auto& [from, to] :
       {std::pair{checkpoint(), path_ / "best.checkpoint"}, std::pair{model(), path_ / "best.safetensors"}}) {
    core::replace_file(to, [&](const fs::path& temporary) {
      // last.* is always replaced, never changed, so both names may share one file.
      std::error_code error;
      fs::remove(temporary, error);
      fs::create_hard_link(from, temporary, error);
      if (error) fs::copy_file(from, temporary);
    });
  }
}

fs::path free_run_folder(const std::string& name) {
  const auto folder = fs::path("runs") / name;
  for (int number = 2; fs::exists(folder); ++number) {
    const auto next = fs::path("runs") / fmt::format("{}-{}", name, number);
    if (!fs::exists(next)) return next;
  }
  return folder;
}

Log::Log(const fs::path& path, int64_t step) : path_(path) {
  if (!fs::exists(path)) return;
  std::istringstream lines(core::read_text(path));
  std::string kept, line;
  while (std::getline(lines, line)) {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || json.value("step", int64_t{0}) > step) continue;
    kept += line + '\n';
  }
  core::write_file(path, kept);
}

void Log::write(const nlohmann::ordered_json& line) {
  std::ofstream out(path_, std::ios::app);
  out << line.dump() << '\n';
  out.flush();
  if (!out) fail(ErrorKind::BadRequest, "train: cannot write {}: is the disk full?", path_.string());
}

Memory process_memory() {
  Memory memory;
  rusage usage{};
  if (::getrusage(RUSAGE_SELF, &usage) == 0) memory.peak_mib = usage.ru_maxrss / 1024;
  int64_t size = 0, resident = 0;
  if (std::ifstream statm("/proc/self/statm"); statm >> size >> resident)
    memory.now_mib = resident * ::sysconf(_SC_PAGESIZE) >> 20;
  return memory;
}

}  // namespace sakuga::train
