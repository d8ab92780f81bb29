// Whole files: written completely or not at all.
#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace sakuga::core {

// Lets `write` fill a new file beside `path` (same extension), syncs it, and renames it over `path`; a
// symbolic link keeps pointing to its file. If write throws, the new file is removed and `path` stays as
// it was. Throws Error(BadRequest) naming the path for a full disk (write reports it as std::system_error,
// or by any exception that leaves the disk full), a folder or device as `path`, and missing permission;
// Error(NotFound) if the folder does not exist.
void replace_file(const std::filesystem::path& path,
                  const std::function<void(const std::filesystem::path& temporary)>& write);

// replace_file() with these bytes.
void write_file(const std::filesystem::path& path, std::span<const std::byte> bytes);
void write_file(const std::filesystem::path& path, const std::string& text);

// Throws Error(NotFound) if there is no such file, Error(BadRequest) above `max_bytes`, for a folder or
// without permission.
std::vector<std::byte> read_file(const std::filesystem::path& path, size_t max_bytes = size_t{1} << 32);
std::string read_text(const std::filesystem::path& path, size_t max_bytes = size_t{1} << 28);

}  // namespace sakuga::core
