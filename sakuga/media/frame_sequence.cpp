#include "sakuga/media/frame_sequence.h"

#include <algorithm>
#include <functional>
#include <set>

#include "sakuga/core/error.h"
#include "sakuga/media/colour.h"
#include "sakuga/media/film_reader.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {
namespace fs = std::filesystem;
namespace {

using core::ErrorKind;
using core::fail;

bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

// The number of a file that follows the pattern.
std::optional<int64_t> number_in(const SequencePattern& pattern, const std::string& name) {
  const size_t around = pattern.before.size() + pattern.after.size();
  if (name.size() <= around || !name.starts_with(pattern.before) || !name.ends_with(pattern.after)) return {};
  const std::string digits = name.substr(pattern.before.size(), name.size() - around);
  if (digits.size() > 18 || !std::all_of(digits.begin(), digits.end(), is_digit)) return {};
  const int64_t number = std::stoll(digits);
  if (pattern.file_name(number) != name) return {};
  return number;
}

std::set<int64_t> numbers_of(const SequencePattern& pattern) {
  const fs::path folder = pattern.folder.empty() ? fs::path(".") : pattern.folder;
  if (!fs::is_directory(folder)) {
    fail(ErrorKind::NotFound, "read: {}: there is no folder {}", pattern.text(), folder.string());
  }
  std::set<int64_t> numbers;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const auto number = number_in(pattern, entry.path().filename().string());
    if (number) numbers.insert(*number);
  }
  return numbers;
}

class StillsReader : public FrameReader {
 public:
  // Frame i is the file path(i).
  StillsReader(std::string name, std::function<fs::path(int64_t)> path, int64_t first, int64_t last,
               const FrameReadOptions& options)
      : name_(std::move(name)), path_(std::move(path)), last_(last), number_(first - 1) {
    const StillInfo still = read_still_info(path_(first));
    info_.width = still.width;
    info_.height = still.height;
    info_.alpha = still.alpha;
    info_.bits = still.bits;
    info_.floating = still.floating;
    info_.rate = options.rate.value_or(Rate{});
    info_.count = last - first + 1;
    info_.first_number = first;
    info_.format = still.format;
  }

  const FramesInfo& info() const override { return info_; }
  int64_t number() const override { return number_; }

  bool read(Image& frame) override {
    if (number_ >= last_) return false;
    const fs::path path = path_(number_ + 1);
    frame = read_image(path);
    if (frame.width != info_.width || frame.height != info_.height) {
      fail(ErrorKind::CorruptInput, "read: {}: expected {}x{} as in the frame {}, got {}x{}", path.string(),
           info_.width, info_.height, info_.first_number, frame.width, frame.height);
    }
    ++number_;
    return true;
  }

  void seek(int64_t number) override {
    if (number < info_.first_number || number > last_) {
      fail(ErrorKind::BadRequest, "read: {}: expected a frame from {} to {}, got {}", name_,
           info_.first_number, last_, number);
    }
    number_ = number - 1;
  }

 private:
  std::string name_;
  std::function<fs::path(int64_t)> path_;
  FramesInfo info_;
  int64_t last_, number_;
};

class StillsWriter : public FrameWriter {
 public:
  StillsWriter(std::string name, std::function<fs::path(int64_t)> path, int width, int height, bool single,
               const FrameWriteOptions& options)
      : name_(std::move(name)),
        path_(std::move(path)),
        width_(width),
        height_(height),
        single_(single),
        options_(options),
        metadata_(options.metadata),
        next_(options.first_number) {
    if (!options.comment.empty()) metadata_["comment"] = options.comment;
  }

  void write(const Image& frame) override {
    if (closed_) fail(ErrorKind::BadRequest, "write: {}: the sequence is closed", name_);
    if (frame.width != width_ || frame.height != height_) {
      fail(ErrorKind::BadRequest, "write: {}: expected frames of {}x{}, got {}x{}", name_, width_, height_,
           frame.width, frame.height);
    }
    if (single_ && next_ > options_.first_number) {
      fail(ErrorKind::BadRequest,
           "write: {}: expected one frame for one picture, got more; name a film or a sequence such as "
           "name.%06d.png",
           name_);
    }
    write_frame(frame, path_(next_), options_, metadata_);
    ++next_;
  }

  void close() override {
    if (closed_) fail(ErrorKind::BadRequest, "write: {}: the sequence is closed", name_);
    if (next_ == options_.first_number) {
      fail(ErrorKind::BadRequest, "write: {}: expected at least one frame, got none", name_);
    }
    closed_ = true;
  }

 private:
  static void write_frame(const Image& frame, const fs::path& path, const FrameWriteOptions& options,
                          const Metadata& metadata) {
    const bool opaque =
        std::all_of(frame.pixels.begin(), frame.pixels.end(), [](const Rgba& pixel) { return pixel.a >= 1; });
    if (!options.alpha && !opaque) {
      fail(ErrorKind::BadRequest, "write: {}: the frame is not opaque, and alpha was not asked for",
           path.string());
    }
    if (options.bits != 8) return write_image(path, frame, metadata);
    write_image(path, to_image8(frame), metadata);
  }

  std::string name_;
  std::function<fs::path(int64_t)> path_;
  int width_, height_;
  bool single_, closed_ = false;
  FrameWriteOptions options_;
  Metadata metadata_;
  int64_t next_;
};

void check_still_options(const std::string& name, const fs::path& path, const FrameWriteOptions& options) {
  const std::string extension = lower_extension(path);
  if (options.codec != "auto") {
    fail(ErrorKind::BadRequest, "write: {}: a picture has no codec {}; name a film (.mov, .mp4, .mkv)", name,
         options.codec);
  }
  if (!is_still(path)) {
    fail(ErrorKind::BadRequest, "write: {}: expected .png, .exr, .tif, .jpg or .webp, got {}", name,
         extension.empty() ? "no extension" : extension);
  }
  const bool eight_only = extension == ".jpg" || extension == ".jpeg" || extension == ".webp";
  const bool fits =
      options.bits == 0 || (options.bits == 8 && extension != ".exr") || (options.bits == 16 && !eight_only);
  if (!fits) fail(ErrorKind::BadRequest, "write: {}: {} has no {} bits", name, extension, options.bits);
}

}  // namespace

std::string SequencePattern::file_name(int64_t number) const {
  return fmt::format("{}{:0{}}{}", before, number, digits, after);
}

std::string SequencePattern::text() const {
  return (folder / fmt::format("{}%{}d{}", before, digits > 1 ? fmt::format("{:02}", digits) : "", after))
      .string();
}

std::optional<SequencePattern> parse_pattern(const fs::path& path) {
  const std::string name = path.filename().string();
  const size_t mark = name.find('%');
  if (mark == std::string::npos) return {};
  SequencePattern pattern{.folder = path.parent_path(), .before = name.substr(0, mark), .after = ""};
  size_t end = mark + 1;
  while (end < name.size() && is_digit(name[end])) ++end;
  const std::string digits = name.substr(mark + 1, end - mark - 1);
  const bool padded = digits.size() == 2 || (digits.size() == 3 && digits < "019");
  const bool good_digits = digits.empty() || (padded && digits[0] == '0' && digits[1] > '0');
  if (end >= name.size() || name[end] != 'd' || !good_digits || name.find('%', end) != std::string::npos) {
    fail(ErrorKind::BadRequest, "sequence: {}: expected one number such as %06d or %d in the name",
         path.string());
  }
  pattern.digits = digits.empty() ? 1 : std::stoi(digits);
  pattern.after = name.substr(end + 1);
  return pattern;
}

bool is_still(const fs::path& path) {
  static const std::set<std::string> extensions = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff", ".exr"};
  return extensions.contains(lower_extension(path));
}

std::unique_ptr<FrameReader> open_sequence(const SequencePattern& pattern, const FrameReadOptions& options) {
  const std::set<int64_t> numbers = numbers_of(pattern);
  if (numbers.empty()) fail(ErrorKind::NotFound, "read: there is no file of the sequence {}", pattern.text());
  const int64_t begin = *numbers.begin(), count = *numbers.rbegin() - begin + 1;
  const FrameRange range = chosen_range(pattern.text(), begin, count, options);
  int64_t missing = 0, first_missing = 0;
  for (int64_t number = range.last; number >= range.first && count < 100'000'000; --number) {
    if (numbers.contains(number)) continue;
    first_missing = number;
    ++missing;
  }
  if (missing > 0) {
    fail(ErrorKind::NotFound, "read: the sequence {} has frames from {} to {}, but {} is missing{}",
         pattern.text(), range.first, range.last, pattern.path(first_missing).string(),
         missing > 1 ? fmt::format(", and {} more", missing - 1) : "");
  }
  return std::make_unique<StillsReader>(
      pattern.text(), [pattern](int64_t number) { return pattern.path(number); }, range.first, range.last,
      options);
}

std::unique_ptr<FrameReader> open_folder(const fs::path& folder, const FrameReadOptions& options) {
  std::map<std::string, SequencePattern> found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(".") || !is_still(entry.path())) continue;
    const std::string stem = entry.path().stem().string();
    size_t begin = stem.size();
    while (begin > 0 && is_digit(stem[begin - 1])) --begin;
    if (begin == stem.size()) continue;
    const int digits = int(std::min<size_t>(18, stem.size() - begin));
    const std::string before = stem.substr(0, begin), after = entry.path().extension().string();
    SequencePattern& pattern = found[before + '\n' + after];
    const bool first = pattern.after.empty();
    // name.9.png and name.10.png are one sequence, whose numbers are not padded.
    pattern = {folder, before, after, first ? digits : std::min(digits, pattern.digits)};
  }
  if (found.empty()) {
    fail(ErrorKind::NotFound, "read: the folder {} holds no numbered pictures (name.000001.png)",
         folder.string());
  }
  if (found.size() > 1) {
    std::string names;
    for (const auto& [key, pattern] : found) names += (names.empty() ? "" : ", ") + pattern.text();
    fail(ErrorKind::BadRequest, "read: the folder {} holds several sequences; name one of {}",
         folder.string(), names);
  }
  return open_sequence(found.begin()->second, options);
}

std::unique_ptr<FrameReader> open_still(const fs::path& path, const FrameReadOptions& options) {
  const FrameRange range = chosen_range(path.string(), 1, 1, options);
  return std::make_unique<StillsReader>(
      path.string(), [path](int64_t) { return path; }, range.first, range.last, options);
}

std::unique_ptr<FrameWriter> create_sequence(const SequencePattern& pattern, int width, int height,
                                             const FrameWriteOptions& options) {
  check_still_options(pattern.text(), pattern.path(1), options);
  if (options.first_number < 0) {
    fail(ErrorKind::BadRequest, "write: {}: expected numbers from 0 on, got {}", pattern.text(),
         options.first_number);
  }
  return std::make_unique<StillsWriter>(
      pattern.text(), [pattern](int64_t number) { return pattern.path(number); }, width, height, false,
      options);
}

std::unique_ptr<FrameWriter> create_still(const fs::path& path, int width, int height,
                                          const FrameWriteOptions& options) {
  check_still_options(path.string(), path, options);
  return std::make_unique<StillsWriter>(
      path.string(), [path](int64_t) { return path; }, width, height, true, options);
}

}  // namespace sakuga::media
