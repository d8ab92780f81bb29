// Small shots for the tests of film: a red square on a green screen, before a grey background.
#pragma once

#include <string>

#include "sakuga/core/test_support.h"
#include "sakuga/film/shot.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"

namespace sakuga::film {

inline constexpr int kWide = 48, kHigh = 32;

inline media::Image8 filled(int width, int height, std::array<uint8_t, 4> colour) {
  media::Image8 image(width, height, 4);
  for (size_t i = 0; i < image.bytes.size(); ++i) image.bytes[i] = colour[i % 4];
  return image;
}

// A square of 12 pixels that moves to the right by `step` pixels a frame; alpha around it.
inline media::Image8 square_at(int x, std::array<uint8_t, 4> colour = {200, 40, 40, 255}) {
  auto image = filled(kWide, kHigh, {0, 0, 0, 0});
  for (int j = 10; j < 22; ++j)
    for (int i = std::max(0, x); i < std::min(kWide, x + 12); ++i)
      std::copy(colour.begin(), colour.end(), image.at(i, j));
  return image;
}

// plate.0001.png, ... and back.png.
inline void write_plate(const core::TemporaryFolder& folder, int frames, int step = 2) {
  for (int i = 0; i < frames; ++i)
    media::write_image(folder / fmt::format("plate.{:04}.png", i + 1), square_at(4 + step * i));
  media::write_image(folder / "back.png", filled(kWide, kHigh, {90, 100, 110, 255}));
}

// The top of a shot file for this plate.
inline const std::string kTop =
    "width = 48\nheight = 32\n[plate]\nfile = \"plate.%04d.png\"\nlicence = \"CC0-1.0\"\n"
    "[background]\nfile = \"back.png\"\nlicence = \"CC-BY-4.0\"\nauthor = \"Ann\"\norigin = \"here\"\n"
    "[[layers]]\nname = \"hero\"\nsource = \"figure\"\n";

// One frame of a film, from 1.
inline media::Image frame_of(const std::filesystem::path& film, int64_t number) {
  media::FrameReadOptions options;
  options.first = options.last = number;
  media::Image frame;
  media::FrameReader::open(film, options)->read(frame);
  return frame;
}

inline Shot shot_of(const core::TemporaryFolder& folder, const std::string& text) {
  return parse_shot(text, folder / "test.toml");
}

}  // namespace sakuga::film
