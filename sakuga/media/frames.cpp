#include "sakuga/media/frames.h"

#include <charconv>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/media/film_reader.h"
#include "sakuga/media/frame_sequence.h"
#include "sakuga/media/libav.h"

namespace sakuga::media {
namespace fs = std::filesystem;
namespace {

using core::ErrorKind;
using core::fail;

constexpr int kMaxSide = 16384;

std::optional<int64_t> parse_number(std::string_view text) {
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return {};
  return number;
}

// 23.976 and its like are how people write the rates of NTSC.
Rate nearest_rate(double value) {
  for (const int64_t base : {24, 30, 48, 60, 120}) {
    if (std::abs(value - double(base) * 1000 / 1001) < 0.0015) return {.num = base * 1000, .den = 1001};
  }
  return {.num = std::llround(value * 1000), .den = 1000};
}

void check_folder(const fs::path& path) {
  const fs::path folder = path.has_parent_path() ? path.parent_path() : fs::path(".");
  if (!fs::is_directory(folder)) {
    fail(ErrorKind::NotFound, "write: {}: the folder {} does not exist", path.string(), folder.string());
  }
}

}  // namespace

std::string lower_extension(const fs::path& path) {
  std::string extension = path.extension().string();
  for (char& letter : extension) letter = static_cast<char>(std::tolower(static_cast<unsigned char>(letter)));
  return extension;
}

Rate parse_rate(const std::string& text) {
  const size_t slash = text.find('/');
  const std::string_view whole(text);
  if (slash != std::string::npos) {
    const auto num = parse_number(whole.substr(0, slash)), den = parse_number(whole.substr(slash + 1));
    const bool good = num && den && *num > 0 && *den > 0 && *num <= INT32_MAX && *den <= INT32_MAX;
    if (good && *num <= *den * 1000) return {.num = *num, .den = *den};
  } else {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool whole_text = error == std::errc() && end == text.data() + text.size();
    if (whole_text && value >= 0.01 && value <= 1000) {
      return value == std::floor(value) ? Rate{.num = int64_t(value), .den = 1} : nearest_rate(value);
    }
  }
  fail(ErrorKind::BadRequest,
       "rate: expected frames a second such as 24, 23.976 or 24000/1001, up to 1000, got '{}'", text);
}

std::string rate_text(Rate rate) {
  if (rate.num % rate.den == 0) return std::to_string(rate.num / rate.den);
  return fmt::format("{}/{}", rate.num, rate.den);
}

void parse_frames(const std::string& text, FrameReadOptions& options) {
  options.first.reset();
  options.last.reset();
  if (text.empty()) return;
  const std::string_view whole(text);
  const size_t dash = text.find('-');
  const std::string_view first = whole.substr(0, dash);
  const std::string_view last = dash == std::string::npos ? first : whole.substr(dash + 1);
  options.first = parse_number(first);
  options.last = parse_number(last);
  const bool good = (options.first || first.empty()) && (options.last || last.empty()) &&
                    (options.first || options.last) && options.last.value_or(0) >= 0;
  if (!good) fail(ErrorKind::BadRequest, "frames: expected 10-20, 10-, -20 or 15, got '{}'", text);
  if (options.first && options.last && *options.first > *options.last) {
    fail(ErrorKind::BadRequest, "frames: expected the first before the last, got '{}'", text);
  }
}

FrameRange chosen_range(const std::string& name, int64_t first_number, int64_t count,
                        const FrameReadOptions& options) {
  const int64_t end = first_number + count - 1;
  const FrameRange range{.first = options.first.value_or(first_number), .last = options.last.value_or(end)};
  if (range.first > range.last || range.first < first_number || range.last > end) {
    fail(ErrorKind::BadRequest, "read: {}: expected frames from {} to {}, got {}-{}", name, first_number, end,
         range.first, range.last);
  }
  return range;
}

std::optional<int64_t> frame_number_of(const fs::path& path) {
  const std::string stem = path.stem().string();
  size_t begin = stem.size();
  while (begin > 0 && std::isdigit(static_cast<unsigned char>(stem[begin - 1]))) --begin;
  return parse_number(std::string_view(stem).substr(begin));
}

std::unique_ptr<FrameReader> FrameReader::open(const fs::path& path, const FrameReadOptions& options) {
  if (path.empty()) fail(ErrorKind::BadRequest, "read: expected the name of a film, a sequence or a picture");
  if (fs::is_directory(path)) return open_folder(path, options);
  if (!fs::exists(path)) {
    if (const auto pattern = parse_pattern(path)) return open_sequence(*pattern, options);
  }
  return is_still(path) ? open_still(path, options) : open_film(path, options);
}

std::unique_ptr<FrameWriter> FrameWriter::create(const fs::path& path, int width, int height,
                                                 const FrameWriteOptions& options) {
  const std::string name = path.string();
  if (width < 1 || height < 1 || width > kMaxSide || height > kMaxSide) {
    fail(ErrorKind::BadRequest, "write: {}: expected a size from 1x1 to {}x{}, got {}x{}", name, kMaxSide,
         kMaxSide, width, height);
  }
  if (options.rate.num < 1 || options.rate.den < 1 || options.rate.num > INT32_MAX ||
      options.rate.den > INT32_MAX) {
    fail(ErrorKind::BadRequest, "write: {}: expected a frame rate above 0, got {}/{}", name, options.rate.num,
         options.rate.den);
  }
  if (fs::is_directory(path)) {
    fail(ErrorKind::BadRequest, "write: {} is a folder; name a film or a sequence such as {}", name,
         (path / "frame.%06d.png").string());
  }
  const auto pattern = parse_pattern(path);
  check_folder(path);
  if (pattern) return create_sequence(*pattern, width, height, options);
  return is_still(path) ? create_still(path, width, height, options)
                        : create_film(path, width, height, options);
}

}  // namespace sakuga::media
