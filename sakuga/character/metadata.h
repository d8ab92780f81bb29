// What pictures and films say about themselves. Internal to character.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>

#include "sakuga/character/artist.h"
#include "sakuga/core/fields_json.h"

namespace sakuga::character {

// {"seed": 7, "tags": {"blonde_hair": 1}}, without tags of weight 0.
nlohmann::ordered_json subject_json(const Artist& artist, const Subject& subject);

// command, model, licence and verdict: the part that every kind of result shares.
nlohmann::ordered_json origin_json(const Artist& artist, const std::string& command);

// The text of "parameters" in the layout of Stable Diffusion web UIs: prompt, negative prompt, settings.
std::string infotext(const Artist& artist, const Subject& subject, double truncation);

// "sakuga VERB --model NAME" and every option whose value is not the default one. `without` names options
// that change no picture.
template <class Options>
std::string command_text(const std::string& verb, const Artist& artist, const Options& options,
                         const std::vector<std::string>& without = {}) {
  const auto values = core::fields_to_json(options), defaults = core::fields_to_json(Options{});
  std::string command = "sakuga " + verb + " --model " + nlohmann::json(artist.name).dump();
  for (const auto& [name, value] : values.items()) {
    if (value == defaults[name] || std::find(without.begin(), without.end(), name) != without.end()) continue;
    if (value.is_array())
      command +=
          fmt::format(" --{} {}", name, fmt::join(value.template get<std::vector<std::string>>(), ","));
    else if (value.is_boolean())
      command += (value == true ? " --" : " --no-") + name;
    else
      command += " --" + name + " " + value.dump();
  }
  return command;
}

}  // namespace sakuga::character
