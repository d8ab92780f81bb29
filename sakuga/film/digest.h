// Names for work by what it depends on. Internal to film.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>

namespace sakuga::film {

// 32 hexadecimal digits of the SHA-256 of the JSON text. Equal JSON, equal digest.
std::string digest(const nlohmann::ordered_json& json);

// SHA-256 of files, remembered by path, size and time of change in a JSON file, so that a long plate is read
// once and not at each render.
class FileDigests {
 public:
  explicit FileDigests(std::filesystem::path memory);

  // Throws Error(NotFound) naming `what` if there is no such file.
  std::string of(const std::filesystem::path& file, const std::string& what);

  // Writes what has been learnt.
  void save();

 private:
  std::filesystem::path memory_;
  std::map<std::string, std::string> known_;
  bool changed_ = false;
};

}  // namespace sakuga::film
