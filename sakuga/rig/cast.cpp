#include "sakuga/rig/cast.h"

#include <algorithm>

#include "sakuga/core/error.h"
#include "sakuga/rig/sheet.h"

namespace sakuga::rig {
namespace {

constexpr size_t kColumns = 6;
constexpr double kTurn = 25;  // Degrees: members look towards the middle of their row.

void share_palette(const Character& first, Character& c) {
  c.design.accent_hue = first.design.accent_hue;
  c.design.clothes_hue = first.design.clothes_hue;
  c.design.clothes_light = first.design.clothes_light;
  c.design.hair_shade = first.design.hair_shade;
  c.design.hair_hue = first.design.hair_hue;
  c.design.eye_shade = first.design.eye_shade;
  c.era.saturation = first.era.saturation;
  c.light = first.light;
}

void share_era(const Character& first, Character& c) {
  const Era own = c.era;
  c.era = first.era;
  c.era.line_weight = own.line_weight;
  c.era.saturation = own.saturation;
}

bool holds(const std::vector<std::string>& locks, const char* lock) {
  return std::ranges::count(locks, lock) > 0;
}

}  // namespace

const std::vector<std::string>& cast_locks() {
  static const std::vector<std::string> locks = {"palette", "line", "era"};
  return locks;
}

Character in_style_of(const Character& first, Character character, const std::vector<std::string>& locks) {
  core::check_field("cast: lock", locks, {.choices = cast_locks()});
  if (holds(locks, "era")) share_era(first, character);
  if (holds(locks, "palette")) share_palette(first, character);
  if (holds(locks, "line")) character.era.line_weight = first.era.line_weight;
  return character;
}

media::Image8 cast_page(std::span<const Character> members, int64_t size) {
  media::SheetPage page;
  for (size_t first = 0; first < members.size(); first += kColumns) {
    const auto row = members.subspan(first, std::min(kColumns, members.size() - first));
    std::vector<media::Image8> busts, faces;
    for (size_t i = 0; i < row.size(); ++i) {
      const Shot shot = {.yaw = 2 * i < row.size() ? kTurn : -kTurn};
      busts.push_back(draw(posed(row[i], shot), {.size = size, .frame = "bust", .backdrop = "white"}));
      faces.push_back(draw(posed(row[i], {.yaw = shot.yaw / 2, .mood = "smile"}),
                           {.size = size, .frame = "face", .backdrop = "white"}));
    }
    page.rows.push_back(std::move(busts));
    page.rows.push_back(std::move(faces));
  }
  for (const Character& member : members) {
    page.swatches.emplace_back();
    for (const auto& group : swatches_of(member)) page.swatches.back().push_back(group[1]);
  }
  return media::draw_page(page);
}

}  // namespace sakuga::rig
