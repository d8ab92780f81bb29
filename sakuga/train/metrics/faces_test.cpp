#include "sakuga/train/metrics/faces.h"

#include <gtest/gtest.h>

namespace sakuga::metrics {
namespace {

TEST(Faces, AFindStandsForAFaceThatItLiesOn) {
  const FaceMark truth = {100, 100, 40};
  EXPECT_TRUE(stands_for({110, 95, 50}, truth));
  EXPECT_FALSE(stands_for({115, 100, 40}, truth));
  EXPECT_FALSE(stands_for({100, 100, 70}, truth));
  EXPECT_FALSE(stands_for({100, 100, 20}, truth));
}

TEST(Faces, CountsHitsAndFalseFindsFromAScoreOn) {
  FaceTally tally;
  const FaceMark one = {50, 50, 20}, two = {150, 50, 20}, border = {250, 50, 20, 1, false};
  // One face twice, another not, something else, and one that does not count.
  tally.add(
      std::vector{one, two, border},
      std::vector<FaceMark>{{50, 50, 20, 0.9}, {51, 50, 20, 0.8}, {90, 90, 20, 0.6}, {250, 50, 20, 0.7}});
  tally.add({}, std::vector<FaceMark>{{10, 10, 20, 0.3}});
  tally.add(std::vector{one}, std::vector<FaceMark>{{50, 50, 20, 0.4}});
  EXPECT_EQ(tally.scenes(), 3);
  EXPECT_EQ(tally.faces(), 3);
  EXPECT_DOUBLE_EQ(tally.recall(0.5), 1 / 3.);
  EXPECT_DOUBLE_EQ(tally.recall(0), 2 / 3.);
  EXPECT_DOUBLE_EQ(tally.false_per_scene(0.5), 2 / 3.);
  EXPECT_DOUBLE_EQ(tally.false_per_scene(0), 1);
  EXPECT_GT(tally.score_at(1 / 3.), 0.6);
  EXPECT_LT(tally.score_at(1 / 3.), 0.7);
  EXPECT_EQ(tally.score_at(1), 0);
  EXPECT_DOUBLE_EQ(tally.average_precision(), (1 + 0.5) / 3);
}

TEST(Faces, NothingIsFoundWhereNothingWasLookedAt) {
  const FaceTally tally;
  EXPECT_EQ(tally.recall(0), 0);
  EXPECT_EQ(tally.false_per_scene(0), 0);
  EXPECT_EQ(tally.average_precision(), 0);
}

}  // namespace
}  // namespace sakuga::metrics
