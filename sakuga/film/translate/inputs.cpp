#include "sakuga/film/translate/inputs.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <regex>
#include <set>

#include "sakuga/core/error.h"

namespace sakuga::film {

namespace fs = std::filesystem;
using core::ErrorKind;
using core::fail;

namespace {

std::vector<fs::path> pictures_of_folder(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder))
    if (entry.is_regular_file() && is_picture(entry.path())) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  if (files.empty()) fail(ErrorKind::BadRequest, "translate: there are no pictures in {}", folder.string());
  return files;
}

// Whether these are the digits of a number in the range.
bool is_among(const std::string& digits, const media::FrameReadOptions& frames) {
  int64_t number = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return read.ec == std::errc() && read.ptr == digits.data() + digits.size() &&
         number >= frames.first.value_or(number) && number <= frames.last.value_or(number);
}

// The files of "folder/name.%06d.png" with these numbers.
std::vector<fs::path> pictures_of_pattern(const fs::path& pattern, const media::FrameReadOptions& frames) {
  const auto name = pattern.filename().string();
  const auto percent = name.find('%'), d = name.find('d', percent);
  const auto before = name.substr(0, percent), after = name.substr(d + 1);
  std::vector<fs::path> files;
  const auto folder = pattern.parent_path().empty() ? fs::path(".") : pattern.parent_path();
  if (fs::is_directory(folder))
    for (const auto& entry : fs::directory_iterator(folder)) {
      const auto file = entry.path().filename().string();
      const bool fits =
          file.size() > before.size() + after.size() && file.starts_with(before) && file.ends_with(after);
      const auto digits = fits ? file.substr(before.size(), file.size() - before.size() - after.size()) : "";
      if (fits && is_among(digits, frames)) files.push_back(entry.path());
    }
  std::sort(files.begin(), files.end(), [](const fs::path& a, const fs::path& b) {
    const auto x = a.filename().string(), y = b.filename().string();
    return x.size() != y.size() ? x.size() < y.size() : x < y;
  });
  if (files.empty())
    fail(ErrorKind::NotFound, "translate: no frame{} is called {}",
         frames.first || frames.last ? " of these numbers" : "", pattern.string());
  return files;
}

bool is_pattern(const fs::path& path) {
  static const std::regex kNumber("%0?[0-9]*d");
  return std::regex_search(path.filename().string(), kNumber);
}

}  // namespace

std::string ending(const fs::path& path) {
  auto text = path.extension().string();
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return char(std::tolower(c)); });
  return text;
}

bool is_picture(const fs::path& path) {
  static const std::set<std::string> kEndings = {".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"};
  return kEndings.contains(ending(path));
}

bool is_film(const fs::path& path) {
  static const std::set<std::string> kEndings = {".mp4", ".mov", ".mkv", ".avi", ".webm", ".m4v"};
  return kEndings.contains(ending(path));
}

TranslateInputs gather_inputs(const std::vector<fs::path>& paths, const media::FrameReadOptions& frames) {
  TranslateInputs inputs;
  const bool some = frames.first || frames.last;
  for (const auto& path : paths) {
    const bool many = is_pattern(path) || fs::is_directory(path);
    if (some && !is_pattern(path) && !is_film(path))
      fail(ErrorKind::BadRequest, "translate: --frames is for films and frames (f.%04d.png), {} is neither",
           path.string());
    if (many) {
      const auto files = is_pattern(path) ? pictures_of_pattern(path, frames) : pictures_of_folder(path);
      inputs.pictures.insert(inputs.pictures.end(), files.begin(), files.end());
      inputs.folder = true;
    } else if (!fs::exists(path)) {
      fail(ErrorKind::NotFound, "translate: there is no {}", path.string());
    } else {
      (is_film(path) ? inputs.films : inputs.pictures).push_back(path);
    }
  }
  std::set<std::string> names;
  for (const auto& picture : inputs.pictures)
    if (!names.insert(picture.filename().string()).second)
      fail(ErrorKind::BadRequest, "translate: two inputs are called {}, they would overwrite one another",
           picture.filename().string());
  if (!inputs.films.empty() && (inputs.films.size() > 1 || !inputs.pictures.empty()))
    fail(ErrorKind::BadRequest, "translate: a film is translated by itself, not together with other inputs");
  return inputs;
}

}  // namespace sakuga::film
