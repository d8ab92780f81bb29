#include "sakuga/train/metrics/dials.h"

#include "sakuga/core/test_support.h"

namespace sakuga::metrics {
namespace {

const weights::Card kCard = {
    .architecture = "tagger", .tags = {"hat", "pose_yaw", "teeth"}, .dials = {"pose_yaw", "teeth"}};

TEST(DialErrors, AreMeansOverPicturesOfDialsThatBothKnow) {
  std::vector<float> scores, asked;
  for (int i = 0; i < 11; ++i) {  // Yaw is off by 0, 0.01 ... 0.1, to either side.
    scores.insert(scores.end(), {1, 0.5f + 0.01f * float(i % 2 ? i : -i), 0});
    asked.insert(asked.end(), {0, 0.5f, 1});
  }
  const auto errors = dial_errors(kCard, {"pose_yaw", "hat"}, scores, asked);
  ASSERT_EQ(errors.size(), 1u);
  EXPECT_EQ(errors[0].dial, "pose_yaw");
  EXPECT_NEAR(errors[0].mean, 0.05, 1e-6);
  EXPECT_NEAR(errors[0].nine_in_ten, 0.09, 1e-6);
}

TEST(DialErrors, RefuseListsThatDoNotFit) {
  const std::vector<float> four(4), six(6), none;
  core::expect_error(core::ErrorKind::BadRequest, "6 scores and 4 asked for, the judge knows 3 tags",
                     [&] { dial_errors(kCard, {}, six, four); });
  core::expect_error(core::ErrorKind::BadRequest, "4 scores", [&] { dial_errors(kCard, {}, four, four); });
  core::expect_error(core::ErrorKind::BadRequest, "0 scores", [&] { dial_errors(kCard, {}, none, none); });
}

}  // namespace
}  // namespace sakuga::metrics
