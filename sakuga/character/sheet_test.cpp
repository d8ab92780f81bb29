#include "sakuga/character/sheet.h"

#include <gtest/gtest.h>

#include "sakuga/character/pose.h"
#include "sakuga/character/test_support.h"
#include "sakuga/rig/random.h"

namespace sakuga::character {
namespace {

// A card of rig characters.
weights::Card rig_card() {
  weights::Card card = {.tags = {"blonde_hair", "red_hair", "blush", "smile", "open_mouth", "era_year",
                                 "pose_yaw", "mouth_curve", "mouth_opening", "unknown"},
                        .tag_groups = {"hair", "hair", "", "", "", "", "", "", "", ""},
                        .dials = {"era_year", "pose_yaw", "mouth_curve", "mouth_opening"}};
  return card;
}

TEST(Pose, TellsAModelAllThatItKnowsOfACharacter) {
  const Vocabulary vocabulary(rig_card());
  rig::Character who;
  who.design.hair_colour = "red";
  who.expression.smile = 1;
  who.pose.yaw = -45;
  who.era = rig::era_of(2005);
  EXPECT_EQ(weights_of(vocabulary, who), (std::vector<float>{0, 1, 0, 1, 0, 0.5f, 0.25f, 1, 0, 0}));
}

TEST(Pose, AShotTurnsTheHeadAndLeavesWhoItIs) {
  const Vocabulary vocabulary(rig_card());
  const std::vector<float> who = {1, 0, 0, 1, 0, 0.75f, 0.5f, 0.5f, 0.5f, 0.3f};
  const auto turned = posed(vocabulary, who, {.yaw = 90});
  EXPECT_EQ(turned[6], 1);
  EXPECT_EQ(turned[3], 1) << "the smile that the tags ask for stays";
  EXPECT_GT(turned[7], 0.8f) << "and the mouth agrees";
  EXPECT_EQ(turned[8], 0);
  const auto angry = posed(vocabulary, who, {.yaw = 0, .mood = "angry"});
  EXPECT_EQ(angry[3], 0);
  EXPECT_LT(angry[7], 0.5f);
  for (const size_t own : {0, 1, 5, 9}) {
    EXPECT_EQ(turned[own], who[own]);
    EXPECT_EQ(angry[own], who[own]);
  }
  expect_error(core::ErrorKind::BadRequest, "expression",
               [&] { posed(vocabulary, who, {.yaw = 0, .mood = "angyr"}); });
}

TEST(Cast, ModelsWithoutDialsAreRefused) {
  expect_error(core::ErrorKind::BadRequest, "fake.safetensors cannot turn heads",
               [] { draw_sheet(fake_artist(), {}); });
  expect_error(core::ErrorKind::BadRequest, "no dial pose_yaw", [] { cast_members(fake_artist(), {}); });
}

}  // namespace
}  // namespace sakuga::character
