#include "sakuga/cli/options.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "sakuga/core/error.h"

namespace sakuga::cli {
namespace {

std::string option_name(const std::string& field) {
  std::string name = field;
  std::replace(name.begin(), name.end(), '_', '-');
  return "--" + name;
}

std::string help_of(const core::Field& field) {
  if (std::isinf(field.min) && std::isinf(field.max)) return field.help;
  if (std::isinf(field.max)) return fmt::format("{} (at least {})", field.help, field.min);
  if (std::isinf(field.min)) return fmt::format("{} (at most {})", field.help, field.max);
  return fmt::format("{} ({} to {})", field.help, field.min, field.max);
}

template <class Number>
Number parse(const std::string& name, const std::string& text, const char* expected) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    core::fail(core::ErrorKind::BadRequest, "{}: expected {}, got {}", name, expected, text);
  }
  return number;
}

CLI::Option& add_value(CLI::App& app, const std::string& name, const core::Field& field,
                       const std::string& type, const std::string& standard,
                       std::function<void(const std::string&)> set) {
  const auto callback = [set = std::move(set)](const CLI::results_t& results) {
    set(results.front());
    return true;
  };
  CLI::Option* option = app.add_option(name, callback, help_of(field), !standard.empty());
  option->type_name(type)->type_size(1)->expected(1);
  if (!standard.empty()) option->default_str(standard);
  return *option;
}

std::string type_of(const core::Field& field) {
  return field.choices.empty() ? "TEXT" : fmt::format("{{{}}}", fmt::join(field.choices, ","));
}

}  // namespace

void add_field(CLI::App& app, const std::string& name, bool& value, const core::Field& field) {
  const std::string option = option_name(name);
  const std::string names = value ? option + ",!--no-" + option.substr(2) : option;
  app.add_flag(names, value, value ? field.help + " (on unless --no-" + option.substr(2) + ")" : field.help);
}

void add_field(CLI::App& app, const std::string& name, int64_t& value, const core::Field& field) {
  const std::string option = option_name(name);
  add_value(app, option, field, "INT", fmt::to_string(value),
            [&value, option, field](const std::string& text) {
              const auto number = parse<int64_t>(option, text, "a whole number");
              core::check_field(option, number, field);
              value = number;
            });
}

void add_field(CLI::App& app, const std::string& name, double& value, const core::Field& field) {
  const std::string option = option_name(name);
  add_value(app, option, field, "NUMBER", fmt::to_string(value),
            [&value, option, field](const std::string& text) {
              const auto number = parse<double>(option, text, "a number");
              core::check_field(option, number, field);
              value = number;
            });
}

void add_field(CLI::App& app, const std::string& name, std::string& value, const core::Field& field) {
  const std::string option = option_name(name);
  add_value(app, option, field, type_of(field), value, [&value, option, field](const std::string& text) {
    core::check_field(option, text, field);
    value = text;
  });
}

void add_field(CLI::App& app, const std::string& name, std::vector<std::string>& value,
               const core::Field& field) {
  const std::string option = option_name(name);
  const auto callback = [&value, option, field](const CLI::results_t& results) {
    std::vector<std::string> items;
    for (const std::string& text : results) {
      const std::vector<std::string> more = split_list(text);
      items.insert(items.end(), more.begin(), more.end());
    }
    core::check_field(option, items, field);
    value = std::move(items);
    return true;
  };
  CLI::Option* created = app.add_option(option, callback, help_of(field), !value.empty());
  // Repeating the option is welcome; swallowing the words after its value is not.
  created->type_name(type_of(field) + ",...")
      ->type_size(1)
      ->expected(1, CLI::detail::expected_max_vector_size)
      ->allow_extra_args(false);
  if (!value.empty()) created->default_str(fmt::format("{}", fmt::join(value, ",")));
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  for (size_t begin = 0; begin <= text.size();) {
    const size_t end = std::min(text.find(',', begin), text.size());
    const size_t first = text.find_first_not_of(" \t\n", begin);
    if (first < end) {
      const size_t last = text.find_last_not_of(" \t\n", end - 1);
      items.push_back(text.substr(first, last + 1 - first));
    }
    begin = end + 1;
  }
  return items;
}

bool wants_json(const CLI::App& app) {
  const CLI::App* root = &app;
  while (root->get_parent()) root = root->get_parent();
  const CLI::Option* option = root->get_option_no_throw("--json");
  return option && option->count() > 0;
}

}  // namespace sakuga::cli
