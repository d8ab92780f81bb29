// The page of a character sheet: rows of pictures over swatches of colours.
#pragma once

#include <array>
#include <vector>

#include "sakuga/media/image.h"

namespace sakuga::media {

using Swatch = std::array<uint8_t, 3>;  // sRGB.

struct SheetPage {
  std::vector<std::vector<Image8>> rows;      // RGB squares of one size; shorter rows are centred.
  std::vector<std::vector<Swatch>> swatches;  // Groups, in one line at the foot; may be empty.
};

// RGB on white. Throws Error(BadRequest) for pictures of unlike sizes, or none.
Image8 draw_page(const SheetPage& page);

}  // namespace sakuga::media
