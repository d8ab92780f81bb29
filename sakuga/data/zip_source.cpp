#include "sakuga/data/zip_source.h"

#include <zip.h>

#include <algorithm>
#include <numeric>

#include "sakuga/core/error.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
struct CloseFile {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};

std::unique_ptr<zip_t, CloseZip> open_zip(const std::string& path) {
  int code = 0;
  std::unique_ptr<zip_t, CloseZip> zip(zip_open(path.c_str(), ZIP_RDONLY, &code));
  if (zip) return zip;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  const bool damaged = code == ZIP_ER_NOZIP || code == ZIP_ER_INCONS || code == ZIP_ER_MULTIDISK;
  core::fail(damaged ? ErrorKind::CorruptInput : ErrorKind::BadRequest, "import: cannot open the zip {}: {}",
             path, reason);
}

bool is_dangerous(const std::string& file) {
  if (file.empty() || file[0] == '/' || file[0] == '\\' || (file.size() > 1 && file[1] == ':')) return true;
  std::string unified = "/" + file + "/";
  std::ranges::replace(unified, '\\', '/');
  return unified.find("/../") != std::string::npos;
}

bool is_hidden(const std::string& file) {
  return file[0] == '.' || file.find("/.") != std::string::npos || file.starts_with("__MACOSX/");
}

class ZipSource : public Source {
 public:
  ZipSource(const std::filesystem::path& path, const SourceLimits& limits)
      : limits_(limits), zip_(open_zip(path.string())) {
    name_ = path.filename().string();
    const auto count = static_cast<uint64_t>(std::max<zip_int64_t>(0, zip_get_num_entries(zip_.get(), 0)));
    uint64_t packed = 0;
    for (uint64_t entry = 0; entry < count; ++entry) packed += check_entry(entry);
    if (packed > std::filesystem::file_size(path)) {
      core::fail(ErrorKind::CorruptInput, "import: {} is a zip bomb: its files overlap", name_);
    }
    sort_files();
  }

  std::vector<std::byte> read(size_t index) override;

 private:
  // Looks at one entry of the directory and keeps it if it is a file. Returns its packed size.
  uint64_t check_entry(uint64_t entry);
  void sort_files();

  SourceLimits limits_;
  std::unique_ptr<zip_t, CloseZip> zip_;
  std::vector<uint64_t> entries_;  // Of each of files_.
};

uint64_t ZipSource::check_entry(uint64_t entry) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  constexpr zip_uint64_t kNeeded = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE;
  if (zip_stat_index(zip_.get(), entry, 0, &stat) != 0 || (stat.valid & kNeeded) != kNeeded) {
    core::fail(ErrorKind::CorruptInput, "import: {} is damaged: entry {} has no name or size", name_, entry);
  }
  const std::string file = stat.name;
  if (is_dangerous(file)) {
    core::fail(ErrorKind::CorruptInput, "import: {} is refused: the name '{}' leads out of it", name_, file);
  }
  if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) && stat.encryption_method != ZIP_EM_NONE) {
    core::fail(ErrorKind::Unsupported, "import: {} is refused: {} is encrypted; unpack it first", name_,
               file);
  }
  if (stat.size > 1 << 20 &&
      stat.size / std::max<uint64_t>(1, stat.comp_size) > uint64_t(limits_.max_ratio)) {
    core::fail(ErrorKind::CorruptInput, "import: {} is a zip bomb: {} unpacks from {} to {} bytes", name_,
               file, stat.comp_size, stat.size);
  }
  if (!file.ends_with('/') && !is_hidden(file)) {
    files_.push_back(file);
    entries_.push_back(entry);
  }
  return stat.comp_size;
}

void ZipSource::sort_files() {
  std::vector<size_t> order(files_.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::ranges::sort(order, [&](size_t a, size_t b) { return files_[a] < files_[b]; });
  std::vector<std::string> files;
  std::vector<uint64_t> entries;
  for (const size_t index : order) {
    if (!files.empty() && files.back() == files_[index]) {
      core::fail(ErrorKind::CorruptInput, "import: {} is refused: it has two files called '{}'", name_,
                 files_[index]);
    }
    files.push_back(std::move(files_[index]));
    entries.push_back(entries_[index]);
  }
  files_ = std::move(files);
  entries_ = std::move(entries);
}

std::vector<std::byte> ZipSource::read(size_t index) {
  const std::string& file = files_[index];
  const auto fail_damaged = [&](const std::string& reason) {
    core::fail(ErrorKind::CorruptInput, "import: {} in {} cannot be unpacked: {}", file, name_, reason);
  };
  zip_stat_t stat;
  zip_stat_init(&stat);
  zip_stat_index(zip_.get(), entries_[index], 0, &stat);
  if (stat.size > uint64_t(limits_.max_file_bytes)) {
    core::fail(ErrorKind::BadRequest, "import: {} in {} has {} bytes, the limit is {}", file, name_,
               stat.size, limits_.max_file_bytes);
  }
  const std::unique_ptr<zip_file_t, CloseFile> opened(zip_fopen_index(zip_.get(), entries_[index], 0));
  if (!opened) fail_damaged(zip_strerror(zip_.get()));
  // One byte of room more than is declared shows a file that has more.
  std::vector<std::byte> bytes(stat.size + 1);
  size_t used = 0;
  while (used < bytes.size()) {
    const auto count = zip_fread(opened.get(), bytes.data() + used, bytes.size() - used);
    if (count < 0) fail_damaged(zip_error_strerror(zip_file_get_error(opened.get())));
    if (count == 0) break;
    used += static_cast<size_t>(count);
  }
  if (used != stat.size)
    fail_damaged(
        fmt::format("it declares {} bytes and has {}", stat.size, used > stat.size ? "more" : "fewer"));
  bytes.resize(used);
  return bytes;
}

}  // namespace

std::unique_ptr<Source> open_zip_source(const std::filesystem::path& path, const SourceLimits& limits) {
  return std::make_unique<ZipSource>(path, limits);
}

}  // namespace sakuga::data
