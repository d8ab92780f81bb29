// Characters as TOML files:
//
//   [design]
//   hair_colour = "pink"
//   eye_shape = "almond"
//   [pose]
//   yaw = 30.0
//
// Tables design, pose, expression, light and era; what a file leaves out has the value it had before.
#pragma once

#include <filesystem>
#include <string>

#include "sakuga/rig/design.h"

namespace sakuga::rig {

std::string to_toml(const Character& character);

// Puts what `text` says into `character`. `name` begins the messages: "a.toml: design: eye_size: expected a
// number from 0.7 to 1.25, got 3". Throws Error(BadRequest) for what is no TOML, unknown tables and fields
// (naming the nearest), wrong types and values out of range, NaN among them.
void from_toml(const std::string& text, const std::string& name, Character& character);

// Throws also Error(NotFound).
Character read_character(const std::filesystem::path& path);
void write_character(const std::filesystem::path& path, const Character& character);

}  // namespace sakuga::rig
