// Helpers of the character tests.
#pragma once

#include <cmath>

#include "sakuga/character/artist.h"
#include "sakuga/core/test_support.h"

namespace sakuga::character {

using core::expect_error;
using core::TemporaryFolder;

// Three hair colours, two eye colours and two tags that stand alone.
inline weights::Card fake_card() {
  return {.architecture = "fake",
          .tags = {"aqua_hair", "black_hair", "blonde_hair", "blue_eyes", "glasses", "green_eyes", "smile"},
          .tag_groups = {"hair", "hair", "hair", "eyes", "", "eyes", ""},
          .tag_frequencies = {0.2, 0.5, 0.3, 0.6, 0.25, 0.4, 0.5},
          .resolution = 16,
          .licences = {{"counts", {{"CC0-1.0", 3}}}}};
}

// A painter without a net: red follows the first noise number, green the second, blue the tags; a steep
// curve in red makes most of the change happen in little of the noise, as nets do.
inline Artist fake_artist() {
  const auto draw = [](std::span<const float> noise, std::span<const float> tags) {
    std::vector<media::Image8> pictures;
    for (size_t i = 0; i < noise.size() / 4; ++i) {
      const auto own = tags.subspan(i * 7, 7);
      double sum = 0;
      for (size_t tag = 0; tag < 7; ++tag) sum += double(tag + 1) * (own[tag] + 1) / 2;
      media::Image8 picture(16, 16, 3);
      for (size_t p = 0; p < picture.bytes.size(); p += 3) {
        const double shade = 0.7 + 0.3 * double(p) / double(picture.bytes.size());
        picture.bytes[p] = uint8_t(std::lround(shade * 255 / (1 + std::exp(-6. * noise[i * 4]))));
        picture.bytes[p + 1] = uint8_t(std::lround(shade * 255 / (1 + std::exp(-1. * noise[i * 4 + 1]))));
        picture.bytes[p + 2] = uint8_t(std::lround(shade * 9 * sum));
      }
      pictures.push_back(std::move(picture));
    }
    return pictures;
  };
  return {.name = "fake.safetensors",
          .sha256 = "0123456789abcdef",
          .card = fake_card(),
          .noise_size = 4,
          .draw = draw};
}

}  // namespace sakuga::character
