#include "sakuga/data/tags.h"

#include <algorithm>
#include <filesystem>
#include <regex>

#include "sakuga/core/error.h"
#include "sakuga/data/csv_tags.h"

namespace sakuga::data {
namespace fs = std::filesystem;

using core::ErrorKind;

namespace {

// "10_name" without its number of repeats; empty if it has none.
std::string after_repeats(const std::string& folder) {
  const size_t digits = folder.find_first_not_of("0123456789");
  const bool has = digits != 0 && digits != std::string::npos && folder[digits] == '_';
  return has ? folder.substr(digits + 1) : "";
}

class FolderLabeller : public Labeller {
 public:
  void enter(Source& source) override { root_ = source.is_folder() ? source.name() : ""; }
  Labels labels(const std::string& file) override {
    const std::string inner = fs::path(file).parent_path().filename().string();
    const std::string& folder = inner.empty() ? root_ : inner;
    if (folder.empty())
      core::fail(ErrorKind::CorruptInput, "tags: {} lies in no folder that could name it", file);
    return {.tags = {{.name = tag_name(folder)}}};
  }

 private:
  std::string root_;
};

class KohyaLabeller : public Labeller {
 public:
  void enter(Source& source) override { source_ = &source; }

  Labels labels(const std::string& file) override {
    const std::string caption = fs::path(file).replace_extension(".txt").generic_string();
    if (const auto index = source_->find(caption)) return from_caption(source_->read(*index));
    const std::string inner = fs::path(file).parent_path().filename().string();
    const std::string name = after_repeats(inner.empty() && source_->is_folder() ? source_->name() : inner);
    if (name.empty()) {
      core::fail(ErrorKind::CorruptInput, "tags: {} has no {} beside it and lies in no folder like 10_name",
                 file, caption);
    }
    return {.tags = {{.name = tag_name(name)}}};
  }

 private:
  static Labels from_caption(const std::vector<std::byte>& bytes) {
    Labels labels;
    std::string part;
    const auto add = [&] {
      if (part.find_first_not_of(" \t\r\n") != std::string::npos)
        labels.tags.push_back({.name = tag_name(part)});
      part.clear();
    };
    for (const std::byte byte : bytes) {
      const char c = static_cast<char>(byte);
      if (c == ',' || c == '\n') {
        add();
      } else if (c != '\\') {  // Captions escape parentheses for prompts: saber \(fate\).
        part += c;
      }
    }
    add();
    return labels;
  }

  Source* source_ = nullptr;
};

// std::regex knows no named groups: takes their names out of `pattern`, one for each group in order.
std::vector<std::string> take_group_names(std::string& pattern) {
  std::vector<std::string> names;
  std::string plain;
  bool in_class = false;
  for (size_t i = 0; i < pattern.size(); ++i) {
    plain += pattern[i];
    if (pattern[i] == '\\' && i + 1 < pattern.size()) {
      plain += pattern[++i];
      continue;
    }
    if (pattern[i] == '[') in_class = true;
    if (pattern[i] == ']') in_class = false;
    if (in_class || pattern[i] != '(') continue;
    const bool special = pattern.compare(i + 1, 1, "?") == 0;
    const size_t open = pattern.compare(i + 1, 2, "?P") == 0 ? i + 3 : i + 2;
    const bool named =
        special && pattern.compare(open, 1, "<") == 0 && pattern.find('>', open) != std::string::npos;
    if (named) {
      const size_t close = pattern.find('>', open);
      names.push_back(pattern.substr(open + 1, close - open - 1));
      i = close;
    } else if (!special) {
      names.emplace_back();
    }
  }
  pattern = plain;
  return names;
}

class NameLabeller : public Labeller {
 public:
  explicit NameLabeller(std::string pattern) : text_(pattern), names_(take_group_names(pattern)) {
    try {
      regex_.assign(pattern);
    } catch (const std::regex_error& error) {
      core::fail(ErrorKind::BadRequest, "tags: name:{} is no regular expression: {}", text_, error.what());
    }
    if (names_.empty()) {
      core::fail(ErrorKind::BadRequest, "tags: name:{} has no group, so it makes no tag", text_);
    }
  }

  void enter(Source&) override {}

  Labels labels(const std::string& file) override {
    const std::string name = fs::path(file).filename().string();
    std::smatch match;
    if (!std::regex_search(name, match, regex_)) {
      core::fail(ErrorKind::CorruptInput, "tags: the name of {} does not match {}", file, text_);
    }
    Labels labels;
    for (size_t i = 0; i < names_.size(); ++i) {
      const std::string value = match[i + 1].str();
      if (value.empty()) continue;
      labels.tags.push_back({.name = tag_name(names_[i].empty() ? value : names_[i] + "_" + value)});
    }
    return labels;
  }

 private:
  std::string text_;
  std::vector<std::string> names_;
  std::regex regex_;
};

}  // namespace

std::unique_ptr<Labeller> make_labeller(const std::string& spec) {
  if (spec == "folders") return std::make_unique<FolderLabeller>();
  if (spec == "kohya") return std::make_unique<KohyaLabeller>();
  if (spec.starts_with("csv:")) return make_csv_labeller(spec.substr(4));
  if (spec.starts_with("name:")) return std::make_unique<NameLabeller>(spec.substr(5));
  core::fail(ErrorKind::BadRequest,
             "tags: expected csv:FILE[:columns], folders, kohya or name:REGEX, got '{}'", spec);
}

}  // namespace sakuga::data
