#include "sakuga/film/render_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cstring>

#include "sakuga/core/error.h"

namespace sakuga::film {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

namespace {

bool is_unfinished(const fs::path& file) {
  const auto name = file.filename().string();
  return name.starts_with('.') && name.find(".part") != std::string::npos;
}

void remove_unfinished(const fs::path& folder) {
  std::error_code ignored;
  for (const auto& entry : fs::recursive_directory_iterator(folder, ignored))
    if (is_unfinished(entry.path())) fs::remove(entry.path(), ignored);
}

}  // namespace

RenderFolder::RenderFolder(const fs::path& path) : path_(path) {
  std::error_code error;
  fs::create_directories(cache(), error);
  if (error)
    fail(ErrorKind::BadRequest, "render: cannot make the folder {}: {}", path.string(), error.message());
  lock_ = ::open((path / "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (lock_ < 0)
    fail(ErrorKind::BadRequest, "render: cannot write in {}: {}", path.string(), std::strerror(errno));
  if (::flock(lock_, LOCK_EX | LOCK_NB) != 0) {
    ::close(lock_);
    fail(ErrorKind::BadRequest, "render: another render is running in {}; wait for it or choose another -o",
         path.string());
  }
  remove_unfinished(path);
}

RenderFolder::~RenderFolder() {
  ::close(lock_);
}

}  // namespace sakuga::film
