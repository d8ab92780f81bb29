#include "sakuga/film/clip.h"

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::film {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

namespace {

bool is_sequence(const fs::path& path) {
  return path.filename().string().find('%') != std::string::npos || fs::is_directory(path);
}

// The files of a sequence by their numbers.
std::map<int64_t, fs::path> files_of(const fs::path& path) {
  const bool folder = fs::is_directory(path);
  const std::string name = path.filename().string();
  const std::string before = folder ? "" : name.substr(0, name.find('%'));
  std::map<int64_t, fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder                   ? path
                                                  : path.has_parent_path() ? path.parent_path()
                                                                           : ".")) {
    const auto& file = entry.path();
    const bool alike =
        folder || (file.extension() == path.extension() && file.filename().string().starts_with(before));
    if (!alike || file.filename().string().starts_with('.')) continue;
    if (const auto number = media::frame_number_of(file)) files[*number] = file;
  }
  return files;
}

}  // namespace

Clip::Clip(const fs::path& path, const ClipOptions& options, const std::string& what, FileDigests& digests)
    : path_(path), options_(options), what_(what), digests_(digests) {
  media::FrameReadOptions reading;
  if (!options.rate.empty()) reading.rate = media::parse_rate(options.rate);
  reader_ = media::FrameReader::open(path, reading);
  info_ = reader_->info();
  if (info_.count < 1) fail(ErrorKind::CorruptInput, "{}: {} has no frames", what, path.string());
  first_ = options.first > 0 ? options.first : info_.first_number;
  count_ = info_.first_number + info_.count - first_;
  if (first_ < info_.first_number || count_ < 1)
    fail(ErrorKind::BadRequest, "{}: expected 'first' from {} to {}, got {}: {} has no such frame", what,
         info_.first_number, info_.first_number + info_.count - 1, options.first, path.string());
  if (is_sequence(path)) files_ = files_of(path);
}

int64_t Clip::number_at(int64_t frame) const {
  const int64_t index = options_.loop ? (frame - 1) % count_ : std::min(frame - 1, count_ - 1);
  return first_ + std::max<int64_t>(0, index);
}

std::string Clip::id(int64_t frame) {
  const int64_t number = number_at(frame);
  if (const auto file = files_.find(number); file != files_.end()) return digests_.of(file->second, what_);
  return info_.count == 1 ? content() : digest({content(), options_.rate, number});
}

std::string Clip::content() {
  if (files_.empty()) return digests_.of(path_, what_);
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& [number, file] : files_)
    if (number >= first_) list.push_back({number, digests_.of(file, what_)});
  return digest(list);
}

const media::Image& Clip::at(int64_t frame) {
  const int64_t number = number_at(frame);
  if (number == held_) return frame_;
  if (held_ < 0 || number != reader_->number() + 1) reader_->seek(number);
  held_ = -1;
  if (!reader_->read(frame_))
    fail(ErrorKind::CorruptInput, "{}: {} ends before frame {}", what_, path_.string(), number);
  held_ = number;
  return frame_;
}

}  // namespace sakuga::film
