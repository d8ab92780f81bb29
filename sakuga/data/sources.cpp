#include "sakuga/data/sources.h"

#include <algorithm>
#include <array>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/data/zip_source.h"

namespace sakuga::data {
namespace fs = std::filesystem;

using core::ErrorKind;

namespace {

class FileSource : public Source {
 public:
  FileSource(const fs::path& path, const SourceLimits& limits) : path_(path), limits_(limits) {
    name_ = path.filename().string();
    files_ = {name_};
  }
  std::vector<std::byte> read(size_t) override {
    return core::read_file(path_, static_cast<size_t>(limits_.max_file_bytes));
  }

 private:
  fs::path path_;
  SourceLimits limits_;
};

bool lies_in(const fs::path& target, const fs::path& folder) {
  return std::ranges::mismatch(folder, target).in1 == folder.end();
}

class FolderSource : public Source {
 public:
  FolderSource(const fs::path& path, const SourceLimits& limits)
      : root_(fs::canonical(path)), limits_(limits) {
    name_ = root_.filename().string();
    is_folder_ = true;
    auto entry = fs::recursive_directory_iterator(root_);
    for (const auto end = fs::end(entry); entry != end; ++entry) visit(entry);
    std::ranges::sort(files_);
    if (left_out_ > 0)
      notes_.push_back(
          fmt::format("{}: {} links that lead out of it, or nowhere, were left out", name_, left_out_));
  }
  std::vector<std::byte> read(size_t index) override {
    return core::read_file(root_ / files_[index], static_cast<size_t>(limits_.max_file_bytes));
  }

 private:
  void visit(fs::recursive_directory_iterator& entry) {
    if (entry->path().filename().string().starts_with('.')) {
      entry.disable_recursion_pending();
      return;
    }
    std::error_code missing;
    const bool leads_out = entry->is_symlink() && !lies_in(fs::canonical(entry->path(), missing), root_);
    left_out_ += leads_out;
    if (!leads_out && !missing && entry->is_regular_file()) {
      files_.push_back(entry->path().lexically_relative(root_).generic_string());
    }
  }

  fs::path root_;
  SourceLimits limits_;
  int64_t left_out_ = 0;
};

bool is_zip(const fs::path& path) {
  std::string extension = path.extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return extension == ".zip" || extension == ".cbz";
}

}  // namespace

std::optional<size_t> Source::find(const std::string& file) const {
  const auto found = std::ranges::lower_bound(files_, file);
  if (found == files_.end() || *found != file) return std::nullopt;
  return static_cast<size_t>(found - files_.begin());
}

std::unique_ptr<Source> open_source(const fs::path& path, const SourceLimits& limits) {
  try {
    if (!fs::exists(path)) core::fail(ErrorKind::NotFound, "import: there is nothing at {}", path.string());
    if (fs::is_directory(path)) return std::make_unique<FolderSource>(path, limits);
    if (is_zip(path)) return open_zip_source(path, limits);
    return std::make_unique<FileSource>(path, limits);
  } catch (const fs::filesystem_error& error) {
    core::fail(ErrorKind::BadRequest, "import: cannot read {}: {}", error.path1().string(),
               error.code().message());
  }
}

bool is_picture_name(const std::string& file) {
  static constexpr auto kExtensions = std::to_array<const char*>(
      {".png", ".jpg", ".jpeg", ".jpe", ".webp", ".tif", ".tiff", ".exr", ".gif", ".bmp"});
  std::string extension = fs::path(file).extension().string();
  std::ranges::transform(extension, extension.begin(), [](unsigned char c) { return std::tolower(c); });
  return std::ranges::find(kExtensions, extension) != kExtensions.end();
}

}  // namespace sakuga::data
