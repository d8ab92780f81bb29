// The folder of a training run:
//
//   recipe.toml        the resolved recipe: every setting, defaults and --set included
//   log.jsonl          one JSON object per line: step, pictures, losses, rate, memory
//   samples/           grids with fixed noise and tags; the number is the pictures seen
//   last.checkpoint    everything a resumed run needs (safetensors: nets, average, optimisers)
//   model.safetensors  the model as of last.checkpoint, with its card
//   best.checkpoint, best.safetensors   the same when the run's own score was best, if it has one
//   lock               held while a training runs
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>

namespace sakuga::train {

class RunFolder {
 public:
  // Makes the folder if need be and locks it. Throws Error(BadRequest) if another training holds it.
  explicit RunFolder(const std::filesystem::path& path);
  ~RunFolder();
  RunFolder(const RunFolder&) = delete;
  RunFolder& operator=(const RunFolder&) = delete;

  const std::filesystem::path& path() const { return path_; }
  std::filesystem::path recipe() const { return path_ / "recipe.toml"; }
  std::filesystem::path log() const { return path_ / "log.jsonl"; }
  std::filesystem::path checkpoint() const { return path_ / "last.checkpoint"; }
  std::filesystem::path model() const { return path_ / "model.safetensors"; }
  std::filesystem::path sample(int64_t pictures) const;  // samples/000064000.png

  // Keeps the present last.checkpoint and model.safetensors as the best ones too.
  void keep_as_best() const;

 private:
  std::filesystem::path path_;
  int lock_ = -1;
};

// The first of "runs/NAME", "runs/NAME-2", ... that does not exist.
std::filesystem::path free_run_folder(const std::string& name);

// log.jsonl. Lines are flushed as they are written.
class Log {
 public:
  // Opens the log for appending. Lines beyond `step`, which a killed run wrote after the checkpoint that is
  // now resumed, and a half-written last line are dropped, so that the file reads as one run.
  Log(const std::filesystem::path& path, int64_t step);

  // Appends one line. Throws Error(BadRequest) if the disk is full.
  void write(const nlohmann::ordered_json& line);

 private:
  std::filesystem::path path_;
};

// Of this process, in MiB: now and at its highest.
struct Memory {
  int64_t now_mib = 0, peak_mib = 0;
};
Memory process_memory();

}  // namespace sakuga::train
