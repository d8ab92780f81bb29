// Names for colours, so that a column of hex codes becomes tags.
#pragma once

#include <optional>
#include <string>

namespace sakuga::data {

enum class Palette {
  Hair,  // The thirteen of MakeGirlsMoe: blonde brown black blue pink purple green red silver white orange
         // aqua grey.
  Skin,  // From light to deep: white pale tan brown dark.
};

// The name of the palette's colour nearest to "#rrggbb" in CIELAB; nothing if `text` is no such code.
std::optional<std::string> colour_name(const std::string& text, Palette palette);

}  // namespace sakuga::data
