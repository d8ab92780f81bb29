#include "sakuga/film/toml_tables.h"

#include <toml++/toml.h>

#include "sakuga/core/error.h"
#include "sakuga/train/toml_json.h"

namespace sakuga::film {

using core::ErrorKind;
using core::fail;

namespace {

bool is_table_array(const toml::node& node) {
  const auto* array = node.as_array();
  return array && !array->empty() && array->is_homogeneous(toml::node_type::table);
}

std::string parent_of(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? "" : path.substr(0, dot);
}

std::string last_of(const std::string& path) {
  const auto dot = path.rfind('.');
  return dot == std::string::npos ? path : path.substr(dot + 1);
}

}  // namespace

struct TomlGatherer {
  TomlTables& into;

  void gather(const toml::table& table, const std::string& path) {
    into.tables_[path] = int(table.source().begin.line);
    for (const auto& [name, node] : table) {
      const std::string key = TomlTables::key(path, std::string(name.str()));
      if (const auto* inner = node.as_table()) {
        gather(*inner, key);
      } else if (is_table_array(node)) {
        int64_t index = 0;
        for (const auto& item : *node.as_array())
          gather(*item.as_table(), fmt::format("{}[{}]", key, index++));
      } else {
        into.settings_[key] = {train::toml_to_json(node),
                               fmt::format("{}:{}", into.name_, node.source().begin.line)};
      }
    }
  }
};

TomlTables::TomlTables(const std::string& text, const std::string& name) : name_(name) {
  try {
    TomlGatherer{*this}.gather(toml::parse(text), "");
  } catch (const toml::parse_error& error) {
    fail(ErrorKind::BadRequest, "{}:{}: not TOML: {}", name, error.source().begin.line,
         std::string(error.description()));
  }
}

int64_t TomlTables::count(const std::string& array) const {
  int64_t count = 0;
  while (tables_.contains(fmt::format("{}[{}]", array, count))) ++count;
  return count;
}

void TomlTables::allow(const std::string& table) {
  known_[table];
  known_[parent_of(table)].push_back(last_of(table).substr(0, last_of(table).find('[')));
}

std::string TomlTables::where(const std::string& table) const {
  const auto found = tables_.find(table);
  return found == tables_.end() ? name_ : fmt::format("{}:{}", name_, found->second);
}

void TomlTables::finish() const {
  for (const auto& [table, line] : tables_) {
    if (known_.contains(table)) continue;
    const auto parent = known_.find(parent_of(table));
    const std::string name = last_of(table).substr(0, last_of(table).find('['));
    if (parent == known_.end()) continue;  // The table around it is the unknown one.
    fail(ErrorKind::BadRequest, "{}:{}: unknown table [{}]{}", name_, line, table,
         core::suggestion(name, parent->second));
  }
  if (settings_.empty()) return;
  const auto& [path, setting] = *settings_.begin();
  const auto known = known_.find(parent_of(path));
  fail(ErrorKind::BadRequest, "{}: unknown key '{}'{}", setting.where, path,
       known == known_.end() ? "" : core::suggestion(last_of(path), known->second));
}

}  // namespace sakuga::film
