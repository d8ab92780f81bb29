// Machine-readable lines. Internal to cli.
#pragma once

#include <fmt/format.h>

#include <nlohmann/json.hpp>

namespace sakuga::cli {

// One line on standard output. Bytes that are not UTF-8, which a path may hold, are replaced.
inline void print_json(const nlohmann::ordered_json& object) {
  fmt::print("{}\n", object.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

}  // namespace sakuga::cli
