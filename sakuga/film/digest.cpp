#include "sakuga/film/digest.h"

#include <sys/stat.h>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/hash.h"

namespace sakuga::film {

namespace fs = std::filesystem;

std::string digest(const nlohmann::ordered_json& json) {
  const std::string text = json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return core::sha256(std::as_bytes(std::span(text))).substr(0, 32);
}

FileDigests::FileDigests(fs::path memory) : memory_(std::move(memory)) {
  if (!fs::exists(memory_)) return;
  const auto json = nlohmann::json::parse(core::read_text(memory_), nullptr, false);
  if (!json.is_object()) return;  // Only a memory: without it files are read again.
  for (const auto& [key, value] : json.items())
    if (value.is_string()) known_[key] = value;
}

std::string FileDigests::of(const fs::path& file, const std::string& what) {
  struct stat info {};
  if (::stat(file.c_str(), &info) != 0 || !S_ISREG(info.st_mode))
    core::fail(core::ErrorKind::NotFound, "{}: there is no file {}", what, file.string());
  const auto key = fmt::format("{}|{}|{}.{}", fs::absolute(file).string(), info.st_size, info.st_mtim.tv_sec,
                               info.st_mtim.tv_nsec);
  const auto found = known_.find(key);
  if (found != known_.end()) return found->second;
  changed_ = true;
  return known_[key] = core::sha256_file(file);
}

void FileDigests::save() {
  if (!changed_) return;
  core::write_file(memory_, nlohmann::json(known_).dump(1));
  changed_ = false;
}

}  // namespace sakuga::film
