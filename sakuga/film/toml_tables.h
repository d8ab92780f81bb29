// A TOML file seen as tables of known options; what no option has taken is an error. Internal to film.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "sakuga/core/fields_json.h"

namespace sakuga::film {

// Tables are named by their path, "" for the top, "layers[0].rim" for a table in an array of tables.
class TomlTables {
 public:
  // `name` begins messages. Throws Error(BadRequest) with the line for what is not TOML.
  TomlTables(const std::string& text, const std::string& name);

  bool has(const std::string& table) const { return tables_.contains(table); }
  int64_t count(const std::string& array) const;  // Tables in an array of tables.

  // Overwrites what the table says and notes which keys it may say. Throws Error(BadRequest) with the line.
  template <class Options>
  void take(const std::string& table, Options& options) {
    visit_fields(options, [&](const std::string& name, auto& value, const core::Field& field) {
      known_[table].push_back(name);
      const auto found = settings_.find(key(table, name));
      if (found == settings_.end()) return;
      core::field_from_json(found->second.where + ": " + key(table, name), found->second.value, field, value);
      settings_.erase(found);
    });
  }

  // Notes that a table may stand here.
  void allow(const std::string& table);

  // Throws Error(BadRequest) for the first key or table that nothing has taken or allowed.
  void finish() const;

  // "shot duel.toml:12" for a table, for the caller's own messages.
  std::string where(const std::string& table) const;

 private:
  struct Setting {
    nlohmann::json value;
    std::string where;
  };
  static std::string key(const std::string& table, const std::string& name) {
    return table.empty() ? name : table + "." + name;
  }

  friend struct TomlGatherer;
  std::string name_;
  std::map<std::string, Setting> settings_;
  std::map<std::string, int> tables_;  // To their lines.
  std::map<std::string, std::vector<std::string>> known_;
};

}  // namespace sakuga::film
