#include "sakuga/core/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <system_error>

#include "sakuga/core/error.h"

namespace sakuga::core {
namespace fs = std::filesystem;
namespace {

class Descriptor {
 public:
  Descriptor(const fs::path& path, int flags) : number_(::open(path.c_str(), flags | O_CLOEXEC, 0666)) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

[[noreturn]] void throw_errno() {
  throw std::system_error(errno, std::generic_category());
}

void sync(const fs::path& path) {
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0) throw_errno();
  // Some file systems cannot sync a folder or a file opened for reading; that is no failure to write.
  if (::fsync(file.number()) != 0 && errno != EINVAL && errno != EBADF) throw_errno();
}

bool disk_is_full(const fs::path& folder) {
  std::error_code error;
  const fs::space_info space = fs::space(folder, error);
  return !error && space.available < 4096;
}

[[noreturn]] void fail_full(const fs::path& path) {
  fail(ErrorKind::BadRequest, "write: {} was not written: the disk is full", path.string());
}

void check_target(const fs::path& target, const fs::path& folder) {
  if (target.filename().empty()) fail(ErrorKind::BadRequest, "write: {} names no file", target.string());
  if (!fs::is_directory(folder)) {
    fail(ErrorKind::NotFound, "write: {}: the folder {} does not exist", target.string(), folder.string());
  }
  if (fs::exists(target) && !fs::is_regular_file(target)) {
    fail(ErrorKind::BadRequest, "write: {} is not a file, and is not replaced", target.string());
  }
}

// The file that a chain of symbolic links ends at, which need not exist yet.
fs::path followed(fs::path path) {
  for (int links = 0; links < 40 && fs::is_symlink(path); ++links) {
    path = path.parent_path() / fs::read_symlink(path);
  }
  return path;
}

fs::path temporary_for(const fs::path& target) {
  static std::atomic<unsigned> counter = 0;
  // Names are limited to 255 bytes, and the target's own may need all of them.
  const std::string stem = target.stem().string().substr(0, 100);
  const std::string name = fmt::format(".{}.{}-{}.part{}", stem, ::getpid(), counter++,
                                       target.extension().string().substr(0, 100));
  return target.parent_path() / name;
}

void write_bytes(const fs::path& path, std::span<const std::byte> bytes) {
  const Descriptor file(path, O_WRONLY | O_CREAT | O_TRUNC);
  if (file.number() < 0) throw_errno();
  while (!bytes.empty()) {
    const ssize_t count = ::write(file.number(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw_errno();
    bytes = bytes.subspan(static_cast<size_t>(count));
  }
}

template <class Bytes>
Bytes read_whole(const fs::path& path, size_t max_bytes) {
  const Descriptor file(path, O_RDONLY);
  if (file.number() < 0) {
    const auto kind = errno == ENOENT || errno == ENOTDIR ? ErrorKind::NotFound : ErrorKind::BadRequest;
    fail(kind, "read: cannot open {}: {}", path.string(), std::strerror(errno));
  }
  std::error_code no_size;
  const auto expected = fs::file_size(path, no_size);
  Bytes bytes;
  size_t used = 0;
  // One byte of room more than the file has, so that the last read() finds the end without growing.
  bytes.resize(no_size ? 1 << 16 : std::min<size_t>(expected, max_bytes) + 1);
  for (;;) {
    if (used == bytes.size()) bytes.resize(bytes.size() * 2);
    const ssize_t count = ::read(file.number(), bytes.data() + used, bytes.size() - used);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0)
      fail(ErrorKind::BadRequest, "read: cannot read {}: {}", path.string(), std::strerror(errno));
    if (count == 0) break;
    used += static_cast<size_t>(count);
    if (used > max_bytes) {
      fail(ErrorKind::BadRequest, "read: {} is longer than the limit of {} bytes", path.string(), max_bytes);
    }
  }
  bytes.resize(used);
  return bytes;
}

}  // namespace

void replace_file(const fs::path& path, const std::function<void(const fs::path& temporary)>& write) {
  const fs::path target = followed(path);
  const fs::path folder = target.has_parent_path() ? target.parent_path() : fs::path(".");
  check_target(target, folder);
  const fs::path temporary = temporary_for(target);
  try {
    write(temporary);
    sync(temporary);
    fs::rename(temporary, target);
    sync(folder);
  } catch (const std::exception& error) {
    const bool full = disk_is_full(folder);
    std::error_code ignored;
    fs::remove(temporary, ignored);
    const auto* system = dynamic_cast<const std::system_error*>(&error);
    const int number = system ? system->code().value() : 0;
    if (full || number == ENOSPC || number == EDQUOT || number == EFBIG) fail_full(target);
    if (!system) throw;
    fail(ErrorKind::BadRequest, "write: cannot write {}: {}", target.string(), std::strerror(number));
  } catch (...) {
    std::error_code ignored;
    fs::remove(temporary, ignored);
    throw;
  }
}

void write_file(const fs::path& path, std::span<const std::byte> bytes) {
  replace_file(path, [&](const fs::path& temporary) { write_bytes(temporary, bytes); });
}

void write_file(const fs::path& path, const std::string& text) {
  write_file(path, std::as_bytes(std::span(text)));
}

std::vector<std::byte> read_file(const fs::path& path, size_t max_bytes) {
  return read_whole<std::vector<std::byte>>(path, max_bytes);
}

std::string read_text(const fs::path& path, size_t max_bytes) {
  return read_whole<std::string>(path, max_bytes);
}

}  // namespace sakuga::core
