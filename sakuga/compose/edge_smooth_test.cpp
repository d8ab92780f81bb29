#include "sakuga/compose/edge_smooth.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

using media::Image8;

constexpr int kSide = 64, kEdge = 32;

// Two colours side by side, each with a faint pattern that is no edge.
Image8 two_colours() {
  Image8 image(kSide, kSide, 3);
  const uint8_t colours[2][3] = {{30, 60, 90}, {220, 190, 160}};
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x)
      for (int c = 0; c < 3; ++c) image.at(x, y)[c] = uint8_t(colours[x >= kEdge][c] + (x * 7 + y * 3) % 5);
  return image;
}

int steepest(const Image8& image) {
  int most = 0;
  for (int y = 0; y < image.height; ++y)
    for (int x = 1; x < image.width; ++x)
      most = std::max(most, std::abs(image.at(x, y)[0] - image.at(x - 1, y)[0]));
  return most;
}

TEST(SmoothEdges, LeavesFlatRegionsBitIdentical) {
  const auto image = two_colours(), smooth = smooth_edges(image);
  // The line is one pixel wide and two more on each side are blurred.
  for (int y = 0; y < kSide; ++y)
    for (int x = 0; x < kSide; ++x) {
      const bool flat = x < kEdge - 4 || x > kEdge + 3;
      for (int c = 0; flat && c < 3; ++c) ASSERT_EQ(smooth.at(x, y)[c], image.at(x, y)[c]) << x << " " << y;
    }
  const Image8 flat(16, 16, 3);
  EXPECT_EQ(smooth_edges(flat), flat);
}

TEST(SmoothEdges, AnEdgesGradientFalls) {
  const auto image = two_colours(), smooth = smooth_edges(image);
  EXPECT_GT(steepest(image), 185);
  EXPECT_LT(steepest(smooth), steepest(image) / 2);
}

TEST(SmoothEdges, BlursByTheGaussianOfFivePixels) {
  const auto image = two_colours(), smooth = smooth_edges(image);
  const std::array<double, 5> kernel = {1, 4, 6, 4, 1};
  const int x = kEdge, y = 40;
  double value = 0;
  for (int j = 0; j < 5; ++j)
    for (int i = 0; i < 5; ++i)
      value += kernel[size_t(i)] * kernel[size_t(j)] / 256 * image.at(x + i - 2, y + j - 2)[0];
  EXPECT_NEAR(smooth.at(x, y)[0], value, 0.51);
}

TEST(SmoothEdges, WantsColour) {
  EXPECT_THROW(smooth_edges(Image8(8, 8, 1)), core::Error);
  EXPECT_THROW(smooth_edges(Image8()), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
