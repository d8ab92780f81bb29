#include "sakuga/train/tag_groups.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

const std::vector<std::string> kNames = {"aqua_eyes",  "aqua_hair", "glasses",
                                         "open_mouth", "red_eyes",  "red_hair"};

TEST(TagGroups, GatherTagsThatShareTheirLastWord) {
  const auto groups = tag_groups(kNames);
  ASSERT_EQ(groups.size(), 4u);
  EXPECT_EQ(groups[0].name, "eyes");
  EXPECT_EQ(groups[0].tags, (std::vector<int64_t>{0, 4}));
  EXPECT_EQ(groups[1].name, "hair");
  EXPECT_EQ(groups[2].name, "glasses");
  EXPECT_EQ(groups[3].name, "open_mouth");
}

TEST(TagGroups, TagsThatPicturesShowTogetherAreNoAlternatives) {
  const std::vector<std::string> names = {"blonde_hair", "blue_hair", "long_hair", "red_hair"};
  auto tags = torch::zeros({300, 4});  // Three colours, every other one long; one has two by mistake.
  for (int64_t i = 0; i < 300; ++i) {
    tags[i][i % 3 == 2 ? 3 : i % 3] = 1;
    tags[i][2] = i % 2;
  }
  tags[1][0] = 1;
  const auto groups = tag_groups(names, tags);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_EQ(groups[0].name, "hair");
  EXPECT_EQ(groups[0].tags, (std::vector<int64_t>{0, 1, 3}));
  EXPECT_EQ(groups[1].name, "long_hair");
  EXPECT_EQ(groups[1].tags, std::vector<int64_t>{2});
  const auto two = tag_groups({"long_hair", "red_hair"}, torch::ones({3, 2}));
  ASSERT_EQ(two.size(), 2u);
  EXPECT_EQ(two[1].name, "red_hair");
}

TEST(TagGroups, CrossEntropyIsSoftmaxInGroupsAndSigmoidAlone) {
  const auto logits = torch::tensor({{1.0, 2.0, -1.0, 0.5, 0.0, 4.0}});
  const auto tags = torch::tensor({{1.0, 0.0, 1.0, 0.0, 0.0, 1.0}});
  const double eyes = std::log(1 + std::exp(-1.0)), hair = std::log(1 + std::exp(-2.0));
  const double glasses = std::log(1 + std::exp(1.0)), mouth = std::log(1 + std::exp(0.5));
  EXPECT_NEAR(tag_cross_entropy(logits, tags, tag_groups(kNames)).item<double>(),
              (eyes + hair + glasses + mouth) / 4, 1e-6);
}

TEST(TagGroups, PicturesWithoutATagDoNotCountInThatGroup) {
  const auto logits = torch::randn({2, 6});
  auto tags = torch::zeros({2, 6});
  tags[0][1] = 1;
  const std::vector<TagGroup> hair = {tag_groups(kNames)[1]};
  EXPECT_NEAR(tag_cross_entropy(logits, tags, hair).item<double>(),
              tag_cross_entropy(logits.narrow(0, 0, 1), tags.narrow(0, 0, 1), hair).item<double>(), 1e-6);
  EXPECT_TRUE(std::isfinite(tag_cross_entropy(logits, torch::zeros({2, 6}), hair).item<double>()));
}

TEST(TagGroups, CrossEntropyHasTheGradientOfFiniteDifferences) {
  auto logits = torch::randn({3, 6}, torch::kFloat64).requires_grad_();
  auto tags = torch::zeros({3, 6}, torch::kFloat64);
  tags[0][0] = tags[0][4] = tags[1][5] = tags[2][2] = 1;
  EXPECT_LT(gradient_error(logits, [&] { return tag_cross_entropy(logits, tags, tag_groups(kNames)); }),
            1e-8);
}

TEST(TagGroups, ADialIsAQuantityToComeNearTo) {
  const std::vector<std::string> names = {"hat", "pose_yaw"};
  const auto tags = torch::tensor({{1.0, 0.25}, {0.0, 1.0}}, torch::kFloat64);
  const auto groups = tag_groups(names, tags);
  ASSERT_EQ(groups.size(), 2u);
  EXPECT_FALSE(groups[0].dial);
  ASSERT_TRUE(groups[1].dial);
  const std::vector<TagGroup> yaw = {groups[1]};
  auto logits = torch::tensor({{0.0, 0.0}, {0.0, std::log(3.0)}}, torch::kFloat64).requires_grad_();
  // Both are a quarter of the range away: 2.5 tenths less half the corner.
  EXPECT_NEAR(tag_cross_entropy(logits, tags, yaw).item<double>(), 2.4, 1e-9);
  EXPECT_LT(gradient_error(logits, [&] { return tag_cross_entropy(logits, tags, groups); }), 1e-8);
  EXPECT_NEAR(tag_accuracy(logits, tags, groups)[1], 0.75, 1e-12);
}

TEST(TagGroups, AccuracyIsCountedByGroup) {
  const auto logits = torch::tensor({{3.0, 0.0, 1.0, 0.0, 1.0, 2.0}, {0.0, 5.0, 1.0, 0.0, 1.0, 2.0}});
  const auto tags = torch::tensor({{1.0, 0.0, 1.0, 0.0, 0.0, 1.0}, {1.0, 0.0, 0.0, 0.0, 0.0, 0.0}});
  const auto accuracy = tag_accuracy(logits, tags, tag_groups(kNames));
  EXPECT_EQ(accuracy[0], 0.5);  // eyes
  EXPECT_EQ(accuracy[1], 1.0);  // hair: the second picture has none
  EXPECT_EQ(accuracy[2], 0.5);  // glasses
}

}  // namespace
}  // namespace sakuga::train
