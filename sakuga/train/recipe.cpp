#include "sakuga/train/recipe.h"

#include <toml++/toml.h>

#include <algorithm>
#include <map>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/files.h"
#include "sakuga/models/catalog.h"
#include "sakuga/train/toml_json.h"

namespace sakuga::train {

using core::ErrorKind;
using core::fail;

namespace {

// One key of a recipe and where it stands.
struct Setting {
  nlohmann::json value;
  std::string where;  // "recipe tagged64.toml:12"
};
using Settings = std::map<std::string, Setting>;

void gather(const toml::table& table, const std::string& prefix, const std::string& name,
            Settings& settings) {
  for (const auto& [key, node] : table) {
    const std::string path = prefix + std::string(key.str());
    if (const auto* inner = node.as_table())
      gather(*inner, path + ".", name, settings);
    else
      settings[path] = {toml_to_json(node), fmt::format("recipe {}:{}", name, node.source().begin.line)};
  }
}

toml::table parse(const std::string& text, const std::string& name) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    fail(ErrorKind::BadRequest, "recipe {}:{}: not TOML: {}", name, error.source().begin.line,
         std::string(error.description()));
  }
}

void override_with(const std::string& text, Settings& settings) {
  const auto equals = text.find('=');
  if (equals == std::string::npos || equals == 0)
    fail(ErrorKind::BadRequest, "--set {}: expected key=value, as in --set optimiser.rate=1e-4", text);
  const auto trim = [](std::string part) {
    part.erase(0, part.find_first_not_of(' '));
    part.erase(part.find_last_not_of(' ') + 1);
    return part;
  };
  const std::string key = trim(text.substr(0, equals)), value = trim(text.substr(equals + 1));
  nlohmann::json parsed = value;
  try {
    const auto table = toml::parse("value = " + value);
    if (table.size() == 1 && !table["value"].is_table()) parsed = toml_to_json(*table.get("value"));
  } catch (const toml::parse_error&) {  // A bare word: a path, a name.
  }
  if (parsed.is_null()) parsed = value;
  settings[key] = {parsed, "--set"};
}

void apply(const Setting& setting, const std::string& name, const core::Field& field, auto& value) {
  core::field_from_json(setting.where + ": " + name, setting.value, field, value);
}

struct NamedNet {
  std::string table;
  NetRecipe* net;
  models::Role role;
};

std::vector<NamedNet> nets_of(Recipe& recipe) {
  if (recipe.trains_translators())
    return {{"generator", &recipe.generator, models::Role::Translator},
            {"discriminator", &recipe.discriminator, models::Role::PatchDiscriminator}};
  if (recipe.objective == "identity") return {{"embedder", &recipe.embedder, models::Role::Features}};
  if (recipe.objective == "faces") return {{"detector", &recipe.detector, models::Role::Detector}};
  if (!recipe.trains_generator()) return {{"tagger", &recipe.tagger, models::Role::Tagger}};
  return {{"generator", &recipe.generator, models::Role::Generator},
          {"discriminator", &recipe.discriminator, models::Role::Discriminator}};
}

std::vector<std::string> architectures(models::Role role) {
  std::vector<std::string> ids;
  for (const auto& architecture : models::catalog())
    if (architecture.role == role) ids.push_back(architecture.id);
  return ids;
}

// What an option of a net follows from; empty if the recipe says it.
std::string source_of(const std::string& option) {
  if (option == "size") return "resolution";
  return option == "tags" || option.ends_with("_tag") ? "the data set" : "";
}

// What a net's table may hold besides "architecture".
nlohmann::json net_options(const NetRecipe& net, const nlohmann::json& options) {
  auto complete = models::find_architecture(net.architecture).options(options);
  for (auto option = complete.begin(); option != complete.end();)
    option = source_of(option.key()).empty() ? std::next(option) : complete.erase(option);
  return complete;
}

void read_net(const NamedNet& named, const Settings& settings) {
  auto& net = *named.net;
  const std::string prefix = named.table + ".";
  if (const auto found = settings.find(prefix + "architecture"); found != settings.end())
    apply(found->second, prefix + "architecture", {.choices = architectures(named.role)}, net.architecture);
  auto options = nlohmann::json::object();
  for (const auto& [name, setting] : settings) {
    if (!name.starts_with(prefix) || name == prefix + "architecture") continue;
    const auto key = name.substr(prefix.size());
    if (const auto source = source_of(key); !source.empty())
      fail(ErrorKind::BadRequest, "{}: '{}' follows from {}; leave it out", setting.where, name, source);
    try {
      net_options(net, {{key, setting.value}});
    } catch (const core::Error& error) {
      fail(error.kind(), "{}: {}", setting.where, error.what());
    }
    options[key] = setting.value;
  }
  net.options = net_options(net, options);
}

bool belongs_to_a_net(Recipe& recipe, const std::string& name) {
  for (const auto& named : nets_of(recipe))
    if (name.starts_with(named.table + ".")) return true;
  return false;
}

void check_known(Recipe& recipe, const Settings& settings) {
  const auto known = core::field_names(recipe);
  for (const auto& [name, setting] : settings)
    if (!belongs_to_a_net(recipe, name) && std::find(known.begin(), known.end(), name) == known.end())
      fail(ErrorKind::BadRequest, "{}: unknown key '{}' for objective {}{}", setting.where, name,
           recipe.objective, core::suggestion(name, known));
}

Recipe recipe_of(const Settings& settings) {
  Recipe recipe;
  // The objective decides which other keys there are.
  visit_fields(recipe, [&](const std::string& name, auto& value, const core::Field& field) {
    if (const auto found = settings.find(name); name == "objective" && found != settings.end())
      apply(found->second, name, field, value);
  });
  if (recipe.objective == "translation") {
    recipe.generator.architecture = "ugatit";
    recipe.discriminator.architecture = "ugatit-discriminator";
  }
  if (recipe.objective == "cartoon") {
    recipe.generator.architecture = "cartoongan";
    recipe.discriminator.architecture = "cartoongan-discriminator";
  }
  check_known(recipe, settings);
  visit_fields(recipe, [&](const std::string& name, auto& value, const core::Field& field) {
    if (const auto found = settings.find(name); found != settings.end())
      apply(found->second, name, field, value);
  });
  for (const auto& net : nets_of(recipe)) read_net(net, settings);
  return recipe;
}

// Every setting by its dotted key, in order.
nlohmann::ordered_json settings_of(Recipe recipe) {
  auto settings = core::fields_to_json(recipe);
  for (const auto& [table, net, role] : nets_of(recipe)) {
    settings[table + ".architecture"] = net->architecture;
    for (const auto& [key, value] : net->options.items()) settings[table + "." + key] = value;
  }
  return settings;
}

}  // namespace

Recipe parse_recipe(const std::string& text, const std::string& name,
                    const std::vector<std::string>& overrides) {
  Settings settings;
  gather(parse(text, name), "", name, settings);
  for (const auto& override : overrides) override_with(override, settings);
  auto recipe = recipe_of(settings);
  recipe.name = std::filesystem::path(name).stem().string();
  return recipe;
}

Recipe read_recipe(const std::filesystem::path& path, const std::vector<std::string>& overrides) {
  return parse_recipe(core::read_text(path), path.filename().string(), overrides);
}

std::string recipe_text(const Recipe& recipe) {
  std::map<std::string, std::string> tables;
  std::vector<std::string> order;
  const auto settings = settings_of(recipe);
  for (const auto& [name, value] : settings.items()) {
    const auto dot = name.find('.');
    const auto table = dot == std::string::npos ? std::string() : name.substr(0, dot);
    if (!tables.contains(table)) order.push_back(table);
    // What JSON calls a number, a string or a list of strings, TOML calls so too.
    tables[table] += (dot == std::string::npos ? name : name.substr(dot + 1)) + " = " + value.dump() + '\n';
  }
  std::string text;
  for (const auto& table : order) text += (table.empty() ? "" : "\n[" + table + "]\n") + tables[table];
  return text;
}

std::vector<std::string> differences(const Recipe& run, const Recipe& wanted) {
  const auto may_change = [](const std::string& name) {
    return name == "pictures" || name == "dataset" || name == "target" || name == "cartoon.features" ||
           name == "memory_mib" || name == "title" || name.starts_with("every.") ||
           name.starts_with("score.");
  };
  const auto ours = settings_of(run), theirs = settings_of(wanted);
  std::vector<std::string> names;
  for (const auto& [name, value] : ours.items())
    if (!may_change(name) && (!theirs.contains(name) || theirs[name] != value)) names.push_back(name);
  for (const auto& [name, value] : theirs.items())
    if (!may_change(name) && !ours.contains(name)) names.push_back(name);
  return names;
}

}  // namespace sakuga::train
