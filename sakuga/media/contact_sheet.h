// Many pictures on one.
#pragma once

#include <array>
#include <span>

#include "sakuga/media/image.h"

namespace sakuga::media {

// `images` in rows of `columns`, left to right, top to bottom, each centred in a cell as large as the
// largest of them, with gap_px between the cells and around them. The result is RGB; grey and alpha are
// put on `background`. Throws Error(BadRequest) for no pictures, an empty one, columns < 1 or gap_px < 0.
Image8 contact_sheet(std::span<const Image8> images, int columns, int gap_px = 2,
                     std::array<uint8_t, 3> background = {255, 255, 255});

// `image` as RGB over `background`.
Image8 flatten(const Image8& image, std::array<uint8_t, 3> background = {255, 255, 255});

}  // namespace sakuga::media
