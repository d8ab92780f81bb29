#include "sakuga/rig/drawing.h"

namespace sakuga::rig {

const char* part_name(Part part) {
  static constexpr std::array<const char*, size_t(Part::Count)> names = {
      "back_hair", "tails",      "neck",   "topwear", "face",        "ear_l",  "ear_r",    "nose",
      "mouth",     "eye_l",      "eye_r",  "iris_l",  "iris_r",      "lash_l", "lash_r",   "tears",
      "eyewear",   "front_hair", "brow_l", "brow_r",  "front_tails", "ribbon", "headwear", "earrings"};
  return names[size_t(part)];
}

const char* role_name(Role role) {
  static constexpr std::array<const char*, kRoles> names = {"fill", "shadow", "highlight", "line"};
  return names[size_t(role)];
}

int Drawing::add_clip(Path path) {
  clips.push_back(std::move(path));
  return static_cast<int>(clips.size()) - 1;
}

void Drawing::add(Part part, Role role, Path path, Paint paint, int clip) {
  shapes.push_back({.part = part,
                    .role = role,
                    .path = std::move(path),
                    .paint = paint,
                    .clip = clip,
                    .key = next_key_++});
}

void Drawing::fill(Part part, Path path, Colour colour) {
  add(part, Role::Fill, std::move(path), {.from = colour});
}

void Drawing::shadow(Part part, Path path, Colour colour, int clip) {
  add(part, Role::Shadow, std::move(path), {.from = colour}, clip);
}

void Drawing::highlight(Part part, Path path, Colour colour, int clip) {
  add(part, Role::Highlight, std::move(path), {.from = colour}, clip);
}

void Drawing::line(Part part, Path path, Colour colour, int clip) {
  add(part, Role::Line, std::move(path), {.from = colour}, clip);
}

void Drawing::outline(Part part, Path path, Colour colour, double width) {
  shapes.push_back({.part = part,
                    .role = Role::Line,
                    .path = std::move(path),
                    .paint = {.from = colour},
                    .outline = width});
}

}  // namespace sakuga::rig
