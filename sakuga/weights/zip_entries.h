// The entries of a zip as torch.save writes it: stored, not packed. Internal to weights.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sakuga::weights {

class ZipEntries {
 public:
  // Error(CorruptInput) if it is no zip or a damaged one.
  explicit ZipEntries(const std::filesystem::path& path);
  ~ZipEntries();

  bool has(const std::string& name) const;
  // The first entry called `name` in whatever folder; empty if there is none.
  std::string find_ending(const std::string& name) const;
  // Error(CorruptInput) if there is none or its checksum fails, Error(Unsupported) if it is packed.
  std::vector<std::byte> read(const std::string& name) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sakuga::weights
