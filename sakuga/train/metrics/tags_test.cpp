#include "sakuga/train/metrics/tags.h"

#include <cmath>

#include "sakuga/core/test_support.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::expect_error;

const weights::Card kCard = {.architecture = "tagger",
                             .tags = {"aqua_hair", "black_hair", "blue_eyes", "hat", "red_eyes"},
                             .tag_groups = {"hair", "hair", "eyes", "", "eyes"}};

TEST(TagVerdict, CountsTheLikeliestTagOfEachGroup) {
  const std::vector<float> scores = {.9f, .1f, .4f, .7f, .6f,   //
                                     .2f, .8f, .9f, .1f, .1f,   //
                                     .6f, .4f, .2f, .2f, .8f};  //
  const std::vector<float> asked = {1, 0, 1, 1, 0,              //
                                    0, 1, 1, 0, 0,              //
                                    0, 1, 0, 1, 0};             // No eye colour asked for.
  const auto verdicts = judge_tags(kCard, scores, asked);
  ASSERT_EQ(verdicts.size(), 3u);
  EXPECT_EQ(verdicts[0].group, "hair");
  EXPECT_EQ(verdicts[0].labels, (std::vector<std::string>{"aqua", "black"}));
  EXPECT_EQ(verdicts[0].confusion, (std::vector<int64_t>{1, 0, 1, 1}));
  EXPECT_NEAR(verdicts[0].accuracy(), 2. / 3, 1e-12);
  EXPECT_NEAR(verdicts[0].mean_accuracy(), 0.75, 1e-12);
  EXPECT_EQ(verdicts[1].group, "eyes");
  EXPECT_EQ(verdicts[1].confusion, (std::vector<int64_t>{1, 1, 0, 0}));
  EXPECT_EQ(verdicts[1].pictures(), 2);
  EXPECT_TRUE(std::isnan(verdicts[1].right(1)));
  EXPECT_EQ(verdicts[1].mean_accuracy(), 0.5);
  EXPECT_EQ(verdicts[2].group, "hat");
  EXPECT_EQ(verdicts[2].confusion, (std::vector<int64_t>{1, 0, 1, 1}));
}

TEST(TagVerdict, LeavesOutWhatNobodyAskedFor) {
  const std::vector<float> scores = {.9f, .1f, .4f, .7f, .6f}, asked = {1, 0, 0, 0, 0};
  EXPECT_EQ(judge_tags(kCard, scores, asked).size(), 1u);
}

TEST(TagVerdict, LeavesOutDials) {
  weights::Card card = kCard;
  card.dials = {"hat"};
  const std::vector<float> scores = {.9f, .1f, .4f, .7f, .6f}, asked = {1, 0, 1, 0.7f, 0};
  EXPECT_EQ(judge_tags(kCard, scores, asked).size(), 3u);
  EXPECT_EQ(judge_tags(card, scores, asked).size(), 2u);
}

TEST(TagVerdict, RefusesListsThatDoNotFit) {
  const std::vector<float> four(4), five(5);
  expect_error(ErrorKind::BadRequest, "5 scores and 4 tags asked for, the judge knows 5 tags",
               [&] { judge_tags(kCard, five, four); });
  expect_error(ErrorKind::BadRequest, "4 scores", [&] { judge_tags(kCard, four, four); });
}

TEST(ConfusionTable, ShowsSharesOfRows) {
  const TagVerdict verdict = {.group = "hair", .labels = {"aqua", "black"}, .confusion = {3, 1, 0, 2}};
  EXPECT_EQ(confusion_table(verdict),
            "hair      asked   aqua  black\n"
            "aqua          4   75.0   25.0\n"
            "black         2      .  100.0\n");
}

}  // namespace
}  // namespace sakuga::metrics
