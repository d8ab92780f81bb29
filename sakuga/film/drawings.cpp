#include "sakuga/film/drawings.h"

#include <fmt/format.h>

namespace sakuga::film {

Drawings number_drawings(const std::string& name, Frames& pictures, int64_t frames) {
  Drawings drawings = {.name = name, .shown = {}, .made_at = {}};
  std::map<std::string, int64_t> numbers;
  for (int64_t frame = 1; frame <= frames; ++frame) {
    const auto [found, is_new] = numbers.emplace(pictures.id(frame), drawings.count() + 1);
    if (is_new) drawings.made_at.push_back(frame);
    drawings.shown.push_back(found->second);
  }
  return drawings;
}

std::vector<Hold> holds_of(const Drawings& drawings) {
  std::vector<Hold> holds;
  for (size_t i = 0; i < drawings.shown.size(); ++i) {
    if (!holds.empty() && holds.back().drawing == drawings.shown[i])
      ++holds.back().length;
    else
      holds.push_back({drawings.shown[i], int64_t(i) + 1, 1});
  }
  return holds;
}

std::string cel_name(const std::string& shot, int64_t drawing) {
  return fmt::format("cels/{}.{:04}.png", shot, drawing);
}

}  // namespace sakuga::film
