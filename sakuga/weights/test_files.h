// Files for the tests of this module.
#pragma once

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "sakuga/core/test_support.h"

namespace sakuga::weights {

// A path in a folder of its own that is removed at the end of the scope.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& name) : path_(folder_ / name) {}
  const std::filesystem::path& path() const { return path_; }

 private:
  core::TemporaryFolder folder_;
  std::filesystem::path path_;
};

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

inline std::string read_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

// A safetensors file with this header and `data_size` bytes of zeros. `claimed` replaces the true length.
inline void write_raw(const std::filesystem::path& path, const std::string& header, size_t data_size,
                      int64_t claimed = -1) {
  const uint64_t length = claimed < 0 ? header.size() : uint64_t(claimed);
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  write_bytes(path, bytes + header + std::string(data_size, '\0'));
}

}  // namespace sakuga::weights
