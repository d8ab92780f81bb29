#include "sakuga/compose/painter.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <algorithm>
#include <cmath>

#include "sakuga/compose/test_landscape.h"
#include "sakuga/core/test_support.h"

namespace sakuga::compose {
namespace {

using core::ErrorKind;
using media::Image8;

int largest_difference(const Image8& a, const Image8& b) {
  EXPECT_EQ(a.bytes.size(), b.bytes.size());
  int largest = 0;
  for (size_t i = 0; i < a.bytes.size(); ++i) largest = std::max(largest, std::abs(a.bytes[i] - b.bytes[i]));
  return largest;
}

double deviation(const Image8& image, int left, int top, int width, int height) {
  double sum = 0, squares = 0;
  for (int y = top; y < top + height; ++y)
    for (int x = left; x < left + width; ++x) {
      const double value = image.at(x, y)[1];
      sum += value;
      squares += value * value;
    }
  const double count = double(width) * height;
  return std::sqrt(squares / count - sum / count * sum / count);
}

TEST(Painter, TilesGiveTheSamePictureAsTheWhole) {
  const Image8 photo = landscape(131, 70);
  for (const auto& look : look_names()) {
    const Image8 whole = paint(photo, look_options(look), 1024);
    EXPECT_LE(largest_difference(whole, paint(photo, look_options(look), 64)), 1) << look;
  }
}

TEST(Painter, TheNumberOfThreadsChangesNothing) {
  const Image8 photo = landscape(160, 120);
  const int threads = omp_get_max_threads();
  omp_set_num_threads(1);
  const Image8 one = paint(photo);
  omp_set_num_threads(3);
  const Image8 three = paint(photo);
  omp_set_num_threads(threads);
  EXPECT_EQ(one, three);
}

TEST(Painter, CalmsTextureAndKeepsTheHorizon) {
  const Image8 photo = landscape(320, 240);
  PaintOptions options = look_options("gouache");
  options.bristles = options.grain = 0;
  const Image8 painted = paint(photo, options);
  EXPECT_LT(deviation(painted, 10, 190, 300, 40), deviation(photo, 10, 190, 300, 40) / 2);
  // The hill's edge at the left: still a step, within two pixels of where it was.
  EXPECT_GT(std::abs(painted.at(5, 126)[2] - painted.at(5, 136)[2]), 60);
}

TEST(Painter, LooksDifferFromOneAnother) {
  const Image8 photo = landscape(160, 120);
  const auto names = look_names();
  EXPECT_GE(names.size(), 3u);
  for (size_t i = 1; i < names.size(); ++i) {
    const Image8 a = paint(photo, look_options(names[0])), b = paint(photo, look_options(names[i]));
    double sum = 0;
    for (size_t k = 0; k < a.bytes.size(); ++k) sum += std::abs(a.bytes[k] - b.bytes[k]);
    EXPECT_GT(sum / double(a.bytes.size()), 4) << names[i];
  }
}

TEST(Painter, GreyBecomesRgbAndAlphaStays) {
  EXPECT_EQ(paint(landscape(40, 30, 1)).channels, 3);
  for (const int channels : {2, 4}) {
    const Image8 photo = landscape(40, 30, channels), painted = paint(photo);
    ASSERT_EQ(painted.channels, 4);
    for (int x = 0; x < 40; ++x) EXPECT_EQ(painted.at(x, 20)[3], photo.at(x, 20)[channels - 1]);
  }
}

TEST(Painter, APixelAndALineAreNoProblem) {
  EXPECT_EQ(paint(landscape(1, 1)).width, 1);
  EXPECT_EQ(paint(landscape(300, 1)).width, 300);
  EXPECT_EQ(paint(landscape(1, 70)).height, 70);
}

TEST(Painter, RefusesWhatItCannotPaint) {
  core::expect_error(ErrorKind::BadRequest, "empty", [] { paint(Image8()); });
  core::expect_error(ErrorKind::BadRequest, "brush", [] { paint(landscape(8, 8), {.brush = 9}); });
  core::expect_error(ErrorKind::BadRequest, "tiles", [] { paint(landscape(8, 8), {}, 66); });
  core::expect_error(ErrorKind::BadRequest, "did you mean gouache", [] { look_options("guache"); });
}

}  // namespace
}  // namespace sakuga::compose
