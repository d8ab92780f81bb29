#include "sakuga/compose/key_choice.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"

namespace sakuga::compose {
namespace {

media::Image plain(float level) {
  media::Image image(32, 16);
  for (auto& p : image.pixels) p = {level, level, level, 1};
  return image;
}

TEST(KeyChoice, TakesOneFrameOfEachLook) {
  KeyChoice choice;
  for (int i = 1; i <= 30; ++i) choice.add(i, plain(i <= 10 ? 0.2f : i <= 20 ? 0.5f : 0.9f));
  const auto keys = choice.choose(3);
  ASSERT_EQ(keys.size(), 3u);
  EXPECT_LE(keys[0], 10);
  EXPECT_TRUE(keys[1] > 10 && keys[1] <= 20);
  EXPECT_GT(keys[2], 20);
}

TEST(KeyChoice, TakesTheMiddleOfASlowChange) {
  KeyChoice choice;
  for (int i = 0; i <= 20; ++i) choice.add(100 + i, plain(0.3f + 0.02f * float(i)));
  EXPECT_NEAR(double(choice.choose(1)[0]), 110, 1);
}

TEST(KeyChoice, StopsWhenNothingNewIsLeft) {
  KeyChoice choice;
  for (int i = 0; i < 5; ++i) choice.add(i, plain(0.5f));
  EXPECT_EQ(choice.choose(4).size(), 1u);
}

TEST(KeyChoice, LongShotsAreThinnedEvenly) {
  KeyChoice choice;
  const auto dark = plain(0.1f), light = plain(0.9f);
  for (int i = 0; i < 5000; ++i) choice.add(i, i < 4500 ? dark : light);
  const auto keys = choice.choose(2);
  ASSERT_EQ(keys.size(), 2u);
  EXPECT_GE(keys[1], 4500);
}

TEST(KeyChoice, RefusesNothing) {
  KeyChoice choice;
  EXPECT_THROW(choice.choose(1), core::Error);
  EXPECT_THROW(choice.add(1, media::Image()), core::Error);
  choice.add(1, plain(0.5f));
  EXPECT_THROW(choice.choose(0), core::Error);
}

}  // namespace
}  // namespace sakuga::compose
