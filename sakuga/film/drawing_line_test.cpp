#include "sakuga/film/drawing_line.h"

#include <gtest/gtest.h>

#include <stdexcept>

#include "sakuga/film/test_threads.h"

namespace sakuga::film {
namespace {

media::Image frame(float value) {
  media::Image image(40, 40);
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    const float part = float((i * 37) % 11) / 40;
    image.pixels[i] = {value + part, value, part, 1};
  }
  return image;
}

// Frames 1 to 12, every third holds the drawing before it; returns what is given.
std::vector<float> given(int threads, int64_t reach, int64_t skipped, int64_t failing = 0) {
  const Threads team(threads);
  std::vector<float> values;
  DrawingLine line(
      {}, reach, skipped,
      [&](const DrawingSource& source) {
        if (source.number == failing) throw std::runtime_error("fails");
        auto drawing = source.plate;
        for (auto& p : drawing.pixels) p.g = 1 - p.g;
        return drawing;
      },
      [&](const media::Image& image) { values.push_back(image.pixels[700].g); });
  int64_t number = 0;
  for (int i = 1; i <= 12; ++i) {
    if (i % 3 == 0)
      line.hold();
    else
      line.draw({frame(0.05f * float(i)), {}, compose::Flow(40, 40), ++number});
  }
  line.finish();
  return values;
}

TEST(DrawingLine, GivesEveryFrameInOrderForAnyNumberOfThreads) {
  const auto alone = given(1, 0, 0);
  ASSERT_EQ(alone.size(), 12u);
  for (int i = 1; i <= 12; ++i)
    EXPECT_FLOAT_EQ(alone[size_t(i - 1)], 1 - 0.05f * float(i % 3 == 0 ? i - 1 : i)) << i;
  for (const int threads : {2, 3, 9}) EXPECT_EQ(given(threads, 0, 0), alone);
}

TEST(DrawingLine, AveragedAndSkippedFramesAreTheSameForAnyNumberOfThreads) {
  const auto whole = given(1, 1, 0), rest = given(1, 1, 7);
  EXPECT_EQ(whole.size(), 12u);
  EXPECT_EQ(rest.size(), 5u);
  for (const int threads : {2, 5}) {
    EXPECT_EQ(given(threads, 1, 0), whole);
    EXPECT_EQ(given(threads, 1, 7), rest);
  }
}

TEST(DrawingLine, ADrawingThatFailsEndsIt) {
  for (const int threads : {1, 4}) EXPECT_THROW(given(threads, 1, 0, 5), std::runtime_error);
}

}  // namespace
}  // namespace sakuga::film
