#include "sakuga/rig/character_file.h"

#include <toml++/toml.h>

#include <sstream>

#include "sakuga/core/fields_json.h"
#include "sakuga/core/files.h"

namespace sakuga::rig {
namespace {

using core::ErrorKind;

template <class Visit>
void each_table(Character& character, Visit&& visit) {
  visit("design", character.design);
  visit("pose", character.pose);
  visit("expression", character.expression);
  visit("light", character.light);
  visit("era", character.era);
}

nlohmann::json to_json(const toml::node& node) {
  if (const auto* value = node.as_string()) return value->get();
  if (const auto* value = node.as_boolean()) return value->get();
  if (const auto* value = node.as_integer()) return value->get();
  if (const auto* value = node.as_floating_point()) return value->get();
  return nullptr;
}

nlohmann::json to_json(const toml::table& table) {
  nlohmann::json json = nlohmann::json::object();
  for (const auto& [key, node] : table) json[std::string(key.str())] = to_json(node);
  return json;
}

toml::table parse(const std::string& text, const std::string& name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    core::fail(ErrorKind::BadRequest, "{}:{}: not TOML: {}", name, error.source().begin.line,
               std::string(error.description()));
  }
}

}  // namespace

std::string to_toml(const Character& character) {
  std::ostringstream text;
  Character copy = character;
  each_table(copy, [&](const char* name, auto& options) {
    toml::table table;
    visit_fields(options,
                 [&](const std::string& key, auto& value, const Field&) { table.insert(key, value); });
    text << "[" << name << "]\n" << table << "\n\n";
  });
  return text.str();
}

void from_toml(const std::string& text, const std::string& name, Character& character) {
  const toml::table file = parse(text, name);
  std::vector<std::string> known;
  each_table(character, [&](const char* table, auto&) { known.emplace_back(table); });
  for (const auto& [key, node] : file) {
    const std::string table(key.str());
    if (std::find(known.begin(), known.end(), table) == known.end())
      core::fail(ErrorKind::BadRequest, "{}: unknown table {}{}", name, table,
                 core::suggestion(table, known));
    if (!node.is_table()) core::fail(ErrorKind::BadRequest, "{}: expected a table [{}]", name, table);
  }
  each_table(character, [&](const char* table, auto& options) {
    if (const auto* found = file[table].as_table())
      core::fields_from_json(name + ": " + table, to_json(*found), options);
  });
}

Character read_character(const std::filesystem::path& path) {
  Character character;
  from_toml(core::read_text(path), path.filename().string(), character);
  return character;
}

void write_character(const std::filesystem::path& path, const Character& character) {
  core::write_file(path, to_toml(character));
}

}  // namespace sakuga::rig
