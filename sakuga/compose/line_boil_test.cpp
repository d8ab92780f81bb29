#include "sakuga/compose/line_boil.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

// A dark bar on white.
media::Image bar() {
  media::Image image(64, 32);
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 64; ++x) {
      const float value = x >= 28 && x < 36 ? 0.1f : 1.0f;
      image.pixels[size_t(y * 64 + x)] = {value, value, value, 1};
    }
  return image;
}

double difference(const media::Image& a, const media::Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i].r - b.pixels[i].r);
  return sum / double(a.pixels.size());
}

Flow moving(Vector by) {
  Flow flow(64, 32);
  std::fill(flow.vectors.begin(), flow.vectors.end(), by);
  return flow;
}

TEST(LineBoil, IsAnotherForEachDrawingAndTheSameForTheSame) {
  const auto first = line_boil(bar(), 1, 1);
  EXPECT_EQ(first.pixels, line_boil(bar(), 1, 1).pixels);
  EXPECT_GT(difference(first, line_boil(bar(), 1, 2)), 0.001);
  EXPECT_LT(difference(first, bar()), 0.1);
}

TEST(LineBoil, NoStrengthChangesNothing) {
  EXPECT_EQ(line_boil(bar(), 0, 1).pixels, bar().pixels);
  EXPECT_EQ(smear(bar(), moving({9, 0}), 0, 4).pixels, bar().pixels);
}

TEST(Smear, DrawsFastMotionOutAndLeavesSlowAlone) {
  EXPECT_GT(difference(smear(bar(), moving({12, 0}), 1, 4), bar()), 0.02);
  EXPECT_LT(difference(smear(bar(), moving({2, 0}), 1, 4), bar()), 1e-5);
}

TEST(Smear, RefusesOtherSizesAndNegativeNumbers) {
  EXPECT_THROW(smear(bar(), Flow(8, 8), 1, 4), core::Error);
  EXPECT_THROW(smear(bar(), moving({}), -1, 4), core::Error);
  EXPECT_THROW(smear(media::Image(), Flow(), 1, 4), core::Error);
  EXPECT_THROW(line_boil(bar(), -1, 1), core::Error);
  EXPECT_THROW(line_boil(media::Image(), 1, 1), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
