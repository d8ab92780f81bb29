#include "sakuga/compose/mean_around.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

TEST(MeanAround, IsTheMeanOfTheSquareAroundEveryPixel) {
  core::Rng rng(1, 1);
  for (const auto& [height, width, reach] : {std::array{7, 9, 2}, {5, 3, 4}, {1, 1, 3}, {40, 33, 0}}) {
    std::vector<float> plane(size_t(height) * size_t(width));
    for (auto& value : plane) value = float(rng.uniform());
    const auto mean = mean_around(plane.data(), height, width, reach);
    for (int y = 0; y < height; ++y)
      for (int x = 0; x < width; ++x) {
        double sum = 0;
        for (int dy = -reach; dy <= reach; ++dy)
          for (int dx = -reach; dx <= reach; ++dx)
            sum +=
                plane[size_t(std::clamp(y + dy, 0, height - 1) * width + std::clamp(x + dx, 0, width - 1))];
        EXPECT_NEAR(mean[size_t(y * width + x)], sum / ((2 * reach + 1) * (2 * reach + 1)), 1e-6);
      }
  }
}

}  // namespace
}  // namespace sakuga::compose
