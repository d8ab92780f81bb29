#include "sakuga/media/sheet_page.h"

#include <algorithm>

#include "sakuga/core/error.h"

namespace sakuga::media {
namespace {

void paste(Image8& page, const Image8& image, int left, int top) {
  for (int y = 0; y < image.height; ++y)
    std::copy_n(image.at(0, y), size_t(image.width) * 3, page.at(left, top + y));
}

void fill_box(Image8& page, int left, int top, int side, const Swatch& colour) {
  for (int y = top; y < std::min(page.height, top + side); ++y)
    for (int x = left; x < std::min(page.width, left + side); ++x)
      std::copy(colour.begin(), colour.end(), page.at(x, y));
}

// `side` is that of a picture: squares are a seventh of it, smaller where the page is too narrow.
void draw_swatches(Image8& page, const SheetPage& sheet, int top, int side) {
  int squares = 0;
  for (const auto& group : sheet.swatches) squares += int(group.size());
  const int gaps = int(sheet.swatches.size());
  const int square = std::min(side / 7, 5 * (page.width - side / 4) / (5 * squares + 7 * gaps));
  int left = side / 4;
  for (const auto& group : sheet.swatches) {
    for (const auto& colour : group) {
      fill_box(page, left, top, square, colour);
      left += square;
    }
    left += square * 7 / 5;
  }
}

}  // namespace

Image8 draw_page(const SheetPage& sheet) {
  size_t columns = 0;
  for (const auto& row : sheet.rows) columns = std::max(columns, row.size());
  if (columns == 0) core::fail(core::ErrorKind::BadRequest, "sheet: expected pictures, got none");
  int side = 0;
  for (const auto& row : sheet.rows)
    for (const auto& picture : row) {
      if (side == 0) side = picture.width;
      if (picture.channels != 3 || picture.width != side || picture.height != side)
        core::fail(core::ErrorKind::BadRequest, "sheet: expected RGB pictures of {0}x{0}, got {1}x{2}", side,
                   picture.width, picture.height);
    }
  const int rows = int(sheet.rows.size()), foot = sheet.swatches.empty() ? 0 : side * 2 / 5;
  Image8 page(side * int(columns), side * rows + foot, 3);
  std::fill(page.bytes.begin(), page.bytes.end(), uint8_t{255});
  for (int y = 0; y < rows; ++y) {
    const auto& row = sheet.rows[size_t(y)];
    int left = (page.width - side * int(row.size())) / 2;
    for (const auto& picture : row) {
      paste(page, picture, left, y * side);
      left += side;
    }
  }
  if (foot > 0) draw_swatches(page, sheet, rows * side + side / 8, side);
  return page;
}

}  // namespace sakuga::media
