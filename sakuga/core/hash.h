// SHA-256 of bytes and files, as lower-case hexadecimal.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

namespace sakuga::core {

std::string sha256(std::span<const std::byte> bytes);

// Throws Error(NotFound) if the file cannot be read.
std::string sha256_file(const std::filesystem::path& path);

}  // namespace sakuga::core
