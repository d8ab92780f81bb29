#include "sakuga/media/contact_sheet.h"

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

void paste(const Image8& picture, Image8& sheet, int left, int top) {
  for (int y = 0; y < picture.height; ++y) {
    std::copy_n(picture.at(0, y), size_t(picture.width) * picture.channels, sheet.at(left, top + y));
  }
}

}  // namespace

Image8 flatten(const Image8& image, std::array<uint8_t, 3> background) {
  Image8 result(image.width, image.height, 3);
  const bool colour = image.channels >= 3, alpha = image.channels % 2 == 0;
  const uint8_t* in = image.bytes.data();
  for (size_t i = 0; i < result.bytes.size(); i += 3, in += image.channels) {
    const int opacity = alpha ? in[image.channels - 1] : 255;
    for (int c = 0; c < 3; ++c) {
      const int mixed = in[colour ? c : 0] * opacity + background[c] * (255 - opacity);
      result.bytes[i + c] = static_cast<uint8_t>((mixed + 127) / 255);
    }
  }
  return result;
}

Image8 contact_sheet(std::span<const Image8> images, int columns, int gap_px,
                     std::array<uint8_t, 3> background) {
  int width = 0, height = 0, least = columns;
  for (const Image8& image : images) {
    width = std::max(width, image.width);
    height = std::max(height, image.height);
    least = std::min({least, image.width, image.height});
  }
  if (images.empty() || least < 1 || gap_px < 0) {
    core::fail(
        core::ErrorKind::BadRequest,
        "contact sheet: expected pictures, at least one column and a gap of 0 or more, got {} pictures, {} "
        "columns, gap {}",
        images.size(), columns, gap_px);
  }
  const int count = static_cast<int>(images.size());
  const int used_columns = std::min(columns, count);
  const int rows = (count + columns - 1) / columns;
  Image8 sheet(used_columns * (width + gap_px) + gap_px, rows * (height + gap_px) + gap_px, 3);
  for (size_t i = 0; i < sheet.bytes.size(); ++i) sheet.bytes[i] = background[i % 3];
  for (int i = 0; i < count; ++i) {
    const int left = gap_px + i % columns * (width + gap_px) + (width - images[i].width) / 2;
    const int top = gap_px + i / columns * (height + gap_px) + (height - images[i].height) / 2;
    paste(flatten(images[i], background), sheet, left, top);
  }
  return sheet;
}

}  // namespace sakuga::media
