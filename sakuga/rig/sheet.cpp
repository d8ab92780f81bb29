#include "sakuga/rig/sheet.h"

#include "sakuga/core/rng.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/rig/random.h"

namespace sakuga::rig {
namespace {

constexpr std::array<const char*, 6> kBackdrops = {"#f2f6fb", "#fdf4f4", "#f4faf2",
                                                   "#ffffff", "#ece8f6", "#e6eef2"};

media::Swatch swatch_of(const Colour& colour) {
  const auto byte = [](double value) { return static_cast<uint8_t>(value * 255 + 0.5); };
  return {byte(colour.r), byte(colour.g), byte(colour.b)};
}

}  // namespace

const std::vector<Shot>& sheet_turns() {
  static const std::vector<Shot> shots = {{-90}, {-40}, {0}, {40}, {90}};
  return shots;
}

const std::vector<Shot>& sheet_moods() {
  static const std::vector<Shot> shots = {{-18, "smile"}, {18, "laugh"},      {-18, "angry"},
                                          {18, "sad"},    {-18, "surprised"}, {18, "shy"}};
  return shots;
}

Character posed(Character character, const Shot& shot) {
  character.pose = {.yaw = shot.yaw};
  if (!shot.mood.empty()) character.expression = expression_of(shot.mood);
  return character;
}

std::vector<std::vector<media::Swatch>> swatches_of(const Character& character) {
  const Palette palette = palette_of(character);
  std::vector<std::vector<media::Swatch>> groups;
  for (const Ink& ink : {palette.skin, palette.hair, palette.eye, palette.clothes, palette.accent}) {
    groups.emplace_back();
    for (const Colour& colour : {ink.light, ink.base, ink.shade, ink.deep, ink.line})
      groups.back().push_back(swatch_of(colour));
  }
  return groups;
}

media::Image8 character_sheet(const Character& character, int64_t size) {
  const PictureOptions bust = {.size = size, .frame = "bust", .backdrop = "white"};
  const PictureOptions face = {.size = size, .frame = "face", .backdrop = "white"};
  media::SheetPage page = {.rows = {{}, {}}, .swatches = swatches_of(character)};
  for (const Shot& shot : sheet_turns()) page.rows[0].push_back(draw(posed(character, shot), bust));
  page.rows[0].push_back(draw(posed(character, {.yaw = 180}), bust));
  for (const Shot& shot : sheet_moods()) page.rows[1].push_back(draw(posed(character, shot), face));
  return media::draw_page(page);
}

Character turned(Character character, int64_t index, int64_t count, bool around) {
  const double part = double(index) / double(std::max<int64_t>(1, around ? count : count - 1));
  character.pose = {};
  const double yaw = around ? 360 * part : -90 + 180 * part;
  character.pose.yaw = yaw > 180 ? yaw - 360 : yaw;
  return character;
}

Camera random_camera(uint64_t seed) {
  core::Rng rng(seed, 3);
  Camera camera;
  camera.zoom = 1.06 + 0.22 * rng.uniform();
  camera.shift_x = 0.05 * (2 * rng.uniform() - 1);
  camera.shift_y = 0.02 + 0.03 * (2 * rng.uniform() - 1);
  return camera;
}

media::Image8 many(uint64_t first_seed, int64_t count, int64_t size, int64_t columns) {
  std::vector<media::Image8> pictures;
  for (int64_t i = 0; i < count; ++i) {
    const uint64_t seed = first_seed + static_cast<uint64_t>(i);
    const PictureOptions options = {.size = size, .backdrop = kBackdrops[seed % kBackdrops.size()]};
    pictures.push_back(draw(random_character(seed), options, random_camera(seed)));
  }
  return media::contact_sheet(pictures, static_cast<int>(columns));
}

}  // namespace sakuga::rig
