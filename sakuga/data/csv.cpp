#include "sakuga/data/csv.h"

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/core/fields.h"
#include "sakuga/data/utf8.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

struct Cursor {
  size_t at = 0;
  int64_t line = 1;
};

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t"), last = text.find_last_not_of(" \t");
  return first == std::string::npos ? "" : text.substr(first, last - first + 1);
}

// Appends the quoted cell that starts at the cursor, and leaves the cursor behind its closing quote.
void read_quoted(const std::string& text, const std::string& name, Cursor& cursor, std::string& cell) {
  const int64_t opened = cursor.line;
  for (++cursor.at; cursor.at < text.size(); ++cursor.at) {
    const char c = text[cursor.at];
    if (c == '"') {
      if (text.compare(cursor.at, 2, "\"\"") != 0) {
        ++cursor.at;
        return;
      }
      ++cursor.at;
    }
    cursor.line += c == '\n';
    cell += c;
  }
  core::fail(ErrorKind::CorruptInput, "tags: {} line {}: a quote is opened and never closed", name, opened);
}

// Reads one record and leaves the cursor at the start of the next.
std::vector<std::string> read_record(const std::string& text, const std::string& name, Cursor& cursor) {
  std::vector<std::string> cells(1);
  while (cursor.at < text.size()) {
    const char c = text[cursor.at];
    if (c == '"') {
      if (!trimmed(cells.back()).empty()) {
        core::fail(ErrorKind::CorruptInput, "tags: {} line {}: a quote in the middle of a cell", name,
                   cursor.line);
      }
      cells.back().clear();
      read_quoted(text, name, cursor, cells.back());
      continue;
    }
    ++cursor.at;
    if (c == '\n') {
      ++cursor.line;
      break;
    }
    if (c == ',') {
      cells.back() = trimmed(cells.back());
      cells.emplace_back();
    } else if (c != '\r' || (cursor.at < text.size() && text[cursor.at] != '\n')) {
      cells.back() += c;
    }
  }
  cells.back() = trimmed(cells.back());
  return cells;
}

bool is_empty(const std::vector<std::string>& cells) {
  return cells.size() == 1 && cells[0].empty();
}

}  // namespace

CsvTable::CsvTable(std::string text, std::string name) : text_(std::move(text)), name_(std::move(name)) {
  if (!is_utf8(text_)) core::fail(ErrorKind::CorruptInput, "tags: {} is not UTF-8 text", name_);
  Cursor cursor = {.at = text_.starts_with("\xef\xbb\xbf") ? size_t{3} : 0};
  while (columns_.empty() && cursor.at < text_.size()) {
    auto cells = read_record(text_, name_, cursor);
    if (!is_empty(cells)) columns_ = std::move(cells);
  }
  if (columns_.empty()) core::fail(ErrorKind::CorruptInput, "tags: {} is empty", name_);
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (std::find(columns_.begin(), columns_.begin() + i, columns_[i]) != columns_.begin() + i) {
      core::fail(ErrorKind::CorruptInput, "tags: {} has two columns called '{}'", name_, columns_[i]);
    }
  }
  while (cursor.at < text_.size()) {
    const Cursor start = cursor;
    const auto cells = read_record(text_, name_, cursor);
    if (is_empty(cells)) continue;
    if (cells.size() != columns_.size()) {
      core::fail(ErrorKind::CorruptInput, "tags: {} line {}: expected {} cells as in the first line, got {}",
                 name_, start.line, columns_.size(), cells.size());
    }
    starts_.push_back(start.at);
    lines_.push_back(start.line);
  }
}

std::vector<std::string> CsvTable::row(size_t index) const {
  Cursor cursor = {.at = starts_[index], .line = lines_[index]};
  return read_record(text_, name_, cursor);
}

size_t CsvTable::column(const std::string& name) const {
  const auto found = std::ranges::find(columns_, name);
  if (found != columns_.end()) return static_cast<size_t>(found - columns_.begin());
  const std::string nearest = core::nearest_name(name, columns_);
  core::fail(ErrorKind::BadRequest, "tags: {} has no column '{}'{}", name_, name,
             nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

}  // namespace sakuga::data
