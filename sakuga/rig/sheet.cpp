#include "sakuga/rig/sheet.h"

#include "sakuga/core/rng.h"
#include "sakuga/media/contact_sheet.h"
#include "sakuga/rig/random.h"

namespace sakuga::rig {
namespace {

constexpr std::array<const char*, 6> kBackdrops = {"#f2f6fb", "#fdf4f4", "#f4faf2",
                                                   "#ffffff", "#ece8f6", "#e6eef2"};

void fill_box(media::Image8& page, int left, int top, int width, int height, Colour colour) {
  for (int y = top; y < std::min(page.height, top + height); ++y) {
    for (int x = left; x < std::min(page.width, left + width); ++x) {
      uint8_t* pixel = page.at(x, y);
      pixel[0] = static_cast<uint8_t>(colour.r * 255 + 0.5);
      pixel[1] = static_cast<uint8_t>(colour.g * 255 + 0.5);
      pixel[2] = static_cast<uint8_t>(colour.b * 255 + 0.5);
    }
  }
}

void paste(media::Image8& page, const media::Image8& image, int left, int top) {
  for (int y = 0; y < image.height; ++y)
    std::copy_n(image.at(0, y), size_t(image.width) * 3, page.at(left, top + y));
}

void draw_swatches(media::Image8& page, const Palette& palette, int top, int size) {
  int left = size / 4;
  for (const Ink& ink : {palette.skin, palette.hair, palette.eye, palette.clothes, palette.accent}) {
    for (const Colour& colour : {ink.light, ink.base, ink.shade, ink.deep, ink.line}) {
      fill_box(page, left, top, size / 7, size / 7, colour);
      left += size / 7;
    }
    left += size / 5;
  }
}

}  // namespace

media::Image8 character_sheet(const Character& character, int64_t size) {
  const int side = static_cast<int>(size);
  media::Image8 page(side * 6, side * 2 + side * 2 / 5, 3);
  std::fill(page.bytes.begin(), page.bytes.end(), uint8_t{255});
  const PictureOptions options = {.size = size, .frame = "bust", .backdrop = "white"};
  Character who = character;
  who.pose = {};
  int column = 0;
  for (const double yaw : {-90.0, -40.0, 0.0, 40.0, 90.0, 180.0}) {
    who.pose.yaw = yaw;
    paste(page, draw(who, options), side * column++, 0);
  }
  column = 0;
  for (const char* name : {"smile", "laugh", "angry", "sad", "surprised", "shy"}) {
    who.pose = {.yaw = column % 2 ? 18.0 : -18.0};
    who.expression = expression_of(name);
    PictureOptions close = options;
    close.frame = "face";
    paste(page, draw(who, close), side * column++, side);
  }
  draw_swatches(page, palette_of(character), side * 2 + side / 8, side);
  return page;
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
