#include "sakuga/weights/zip_entries.h"

#include <zip.h>

#include "sakuga/core/error.h"

namespace sakuga::weights {

using core::ErrorKind;
using core::fail;

struct ZipEntries::State {
  std::string path;
  uint64_t bytes = 0;
  zip_t* zip = nullptr;
  ~State() {
    if (zip) zip_discard(zip);
  }
};

ZipEntries::ZipEntries(const std::filesystem::path& path) : state_(std::make_unique<State>()) {
  state_->path = path.string();
  state_->bytes = std::filesystem::file_size(path);
  int code = 0;
  state_->zip = zip_open(state_->path.c_str(), ZIP_RDONLY, &code);
  if (!state_->zip)
    fail(ErrorKind::CorruptInput, "checkpoint: {} is a damaged zip; is the file cut off?", state_->path);
}

ZipEntries::~ZipEntries() = default;

bool ZipEntries::has(const std::string& name) const {
  return zip_name_locate(state_->zip, name.c_str(), 0) >= 0;
}

std::string ZipEntries::find_ending(const std::string& name) const {
  const auto count = zip_get_num_entries(state_->zip, 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* entry = zip_get_name(state_->zip, zip_uint64_t(i), 0);
    if (entry && (entry == name || std::string(entry).ends_with("/" + name))) return entry;
  }
  return "";
}

std::vector<std::byte> ZipEntries::read(const std::string& name) const {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_stat(state_->zip, name.c_str(), 0, &stat) != 0)
    fail(ErrorKind::CorruptInput, "checkpoint: {} has no entry '{}'", state_->path, name);
  if (stat.comp_method != ZIP_CM_STORE || stat.encryption_method != ZIP_EM_NONE)
    fail(ErrorKind::Unsupported,
         "checkpoint: {}: entry '{}' is packed; torch.save stores entries as they are", state_->path, name);
  if (stat.size > state_->bytes)
    fail(ErrorKind::CorruptInput, "checkpoint: {}: entry '{}' is larger than the file", state_->path, name);
  std::vector<std::byte> bytes(stat.size);
  zip_file_t* file = zip_fopen(state_->zip, name.c_str(), 0);
  const auto read = file ? zip_fread(file, bytes.data(), bytes.size()) : -1;
  // libzip checks the sum when it comes to the end.
  std::byte beyond;
  const auto rest = file ? zip_fread(file, &beyond, 1) : -1;
  if (file) zip_fclose(file);
  if (read != zip_int64_t(bytes.size()) || rest != 0)
    fail(ErrorKind::CorruptInput, "checkpoint: {}: entry '{}' is damaged", state_->path, name);
  return bytes;
}

}  // namespace sakuga::weights
