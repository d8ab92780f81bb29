#include "sakuga/data/csv_tags.h"

#include <algorithm>
#include <map>
#include <optional>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/data/colour_names.h"
#include "sakuga/data/csv.h"

namespace sakuga::data {

using core::ErrorKind;

namespace {

constexpr size_t kMaxTableBytes = 64 << 20;  // Some three million rows; keeps an import below 500 MiB.

std::vector<std::string> split_at(const std::string& text, char separator) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == separator) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  return parts;
}

bool means_no(const std::string& value) {
  return value.empty() || value == "0" || value == "false";
}
bool is_boolean(const std::string& value) {
  return means_no(value) || value == "1" || value == "true";
}

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

// A column that makes tags.
struct TagColumn {
  enum class Kind { Value, Boolean, Presence, Colour };
  size_t index;
  Kind kind;
  std::string name;  // The tag, or what follows the value in it.

  std::optional<std::string> tag(const std::string& value) const {
    if (value.empty()) return std::nullopt;
    if (kind == Kind::Value) return tag_name(value + "_" + name);
    if (kind == Kind::Colour) {
      const auto colour = colour_name(value, name == "skin" ? Palette::Skin : Palette::Hair);
      return tag_name(colour.value_or(value) + "_" + name);
    }
    return means_no(lower(value)) ? std::nullopt : std::optional(tag_name(name));
  }
};

// One table with its rows in order of the pictures that they name.
class TagTable {
 public:
  TagTable(std::string text, const std::string& name, const std::vector<std::string>& wanted)
      : csv_(std::move(text), name) {
    find_overrides();
    if (wanted.empty()) {
      for (size_t i = 1; i < csv_.columns().size(); ++i) add_column(csv_.columns()[i], false);
    } else {
      for (const auto& column : wanted) add_column(column, true);
    }
    find_booleans();
    used_.resize(csv_.rows());
    for (size_t i = 0; i < csv_.rows(); ++i) keys_.emplace_back(csv_.row(i)[0], i);
    std::ranges::sort(keys_);
  }

  Labels labels(const std::string& file);
  std::vector<std::string> notes() const;

 private:
  using Keys = std::vector<std::pair<std::string, size_t>>;

  void find_overrides();
  bool is_override(size_t index) const;
  void add_column(const std::string& wanted, bool listed);
  void find_booleans();
  size_t row_of(const std::string& file) const;

  CsvTable csv_;
  std::vector<TagColumn> columns_;
  std::map<std::string, size_t> overrides_;  // "licence", "author" and so on.
  Keys keys_;
  std::vector<bool> used_;
};

void TagTable::find_overrides() {
  for (size_t i = 1; i < csv_.columns().size(); ++i) {
    const std::string name = lower(csv_.columns()[i]);
    for (const char* known : {"licence", "author", "source", "url", "retrieved"}) {
      if (name == known) overrides_[known] = i;
    }
    if (name == "license") overrides_["licence"] = i;
  }
}

bool TagTable::is_override(size_t index) const {
  return std::ranges::find(overrides_, index, &std::pair<const std::string, size_t>::second) !=
         overrides_.end();
}

void TagTable::add_column(const std::string& wanted, bool listed) {
  const bool presence = listed && wanted.ends_with('?');
  const std::string name = presence ? wanted.substr(0, wanted.size() - 1) : wanted;
  const size_t index = csv_.column(name);
  if (is_override(index)) {
    if (!listed) return;
    core::fail(ErrorKind::BadRequest,
               "tags: the column '{}' of {} says where pictures come from and makes no tags", name,
               csv_.name());
  }
  const std::string low = lower(name);
  auto kind = presence ? TagColumn::Kind::Presence : TagColumn::Kind::Value;
  std::string stem = low;
  for (const char* ending : {"_colour", "_color"}) {
    if (presence || !low.ends_with(ending)) continue;
    kind = TagColumn::Kind::Colour;
    stem = low.substr(0, low.size() - std::string(ending).size());
  }
  columns_.push_back({.index = index, .kind = kind, .name = stem});
}

void TagTable::find_booleans() {
  std::vector<bool> all(columns_.size(), true);
  for (size_t i = 0; i < csv_.rows(); ++i) {
    const auto cells = csv_.row(i);
    for (size_t c = 0; c < columns_.size(); ++c)
      all[c] = all[c] && is_boolean(lower(cells[columns_[c].index]));
  }
  for (size_t c = 0; c < columns_.size(); ++c) {
    if (all[c] && columns_[c].kind == TagColumn::Kind::Value) columns_[c].kind = TagColumn::Kind::Boolean;
  }
}

size_t TagTable::row_of(const std::string& file) const {
  for (size_t start = 0;;) {
    const std::string key = file.substr(start);
    const auto [first, last] = std::ranges::equal_range(keys_, key, {}, &Keys::value_type::first);
    if (last - first > 1) {
      core::fail(ErrorKind::CorruptInput, "tags: {} has {} rows for {}, on lines {} and {}", csv_.name(),
                 last - first, key, csv_.line(first[0].second), csv_.line(first[1].second));
    }
    if (first != last) return first->second;
    const size_t slash = file.find('/', start);
    if (slash == std::string::npos) {
      core::fail(ErrorKind::CorruptInput, "tags: {} has no row for {}", csv_.name(), file);
    }
    start = slash + 1;
  }
}

Labels TagTable::labels(const std::string& file) {
  const size_t row = row_of(file);
  const auto cells = csv_.row(row);
  if (used_[row]) {
    core::fail(ErrorKind::CorruptInput, "tags: {} line {}: '{}' fits {} and another picture; say the folder",
               csv_.name(), csv_.line(row), cells[0], file);
  }
  used_[row] = true;
  Labels labels;
  for (const auto& column : columns_) {
    if (auto tag = column.tag(cells[column.index])) labels.tags.push_back({.name = std::move(*tag)});
  }
  const auto text = [&](const char* name) {
    const auto found = overrides_.find(name);
    return found == overrides_.end() ? "" : cells[found->second];
  };
  labels.licence = text("licence");
  labels.author = text("author");
  labels.source = text("source");
  labels.url = text("url");
  labels.retrieved = text("retrieved");
  return labels;
}

std::vector<std::string> TagTable::notes() const {
  int64_t absent = 0;
  std::string names;
  for (size_t i = 0; i < used_.size(); ++i) {
    if (used_[i]) continue;
    if (++absent <= 3) names += fmt::format("{}{}", absent > 1 ? ", " : "", csv_.row(i)[0]);
  }
  if (absent == 0) return {};
  return {fmt::format("{}: {} {} no picture that was read: {}{}", csv_.name(), absent,
                      absent == 1 ? "row names" : "rows name", names, absent > 3 ? ", ..." : "")};
}

// A table in each source that has one, and the table of that path for the others.
class CsvLabeller : public Labeller {
 public:
  CsvLabeller(std::string file, std::vector<std::string> columns)
      : file_(std::move(file)), columns_(std::move(columns)) {}

  void enter(Source& source) override {
    leave();
    if (const auto index = source.find(file_)) {
      const auto bytes = source.read(*index);
      check_size(bytes.size());
      own_.emplace(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()),
                   source.name() + "/" + file_, columns_);
    } else if (!shared_) {
      if (!std::filesystem::exists(file_)) {
        core::fail(ErrorKind::NotFound, "tags: there is no {} in {}, and no file of that path", file_,
                   source.name());
      }
      check_size(std::filesystem::file_size(file_));
      shared_.emplace(core::read_text(file_), file_, columns_);
    }
  }

  Labels labels(const std::string& file) override { return (own_ ? *own_ : *shared_).labels(file); }

  std::vector<std::string> notes() override {
    leave();
    if (shared_) std::ranges::copy(shared_->notes(), std::back_inserter(notes_));
    return notes_;
  }

 private:
  void check_size(size_t bytes) const {
    if (bytes > kMaxTableBytes) {
      core::fail(ErrorKind::BadRequest, "tags: {} has {} bytes, the limit is {}; split it", file_, bytes,
                 kMaxTableBytes);
    }
  }

  void leave() {
    if (own_) std::ranges::copy(own_->notes(), std::back_inserter(notes_));
    own_.reset();
  }

  std::string file_;
  std::vector<std::string> columns_, notes_;
  std::optional<TagTable> own_, shared_;
};

}  // namespace

std::unique_ptr<Labeller> make_csv_labeller(const std::string& spec) {
  const auto parts = split_at(spec, ':');
  if (parts.size() > 2 || parts[0].empty()) {
    core::fail(ErrorKind::BadRequest, "tags: expected csv:FILE or csv:FILE:column,column, got csv:{}", spec);
  }
  std::vector<std::string> columns;
  if (parts.size() == 2) columns = split_at(parts[1], ',');
  if (std::ranges::find(columns, "") != columns.end()) {
    core::fail(ErrorKind::BadRequest, "tags: csv:{} names an empty column", spec);
  }
  return std::make_unique<CsvLabeller>(parts[0], std::move(columns));
}

}  // namespace sakuga::data
