#include "sakuga/rig/random.h"

#include <gtest/gtest.h>

#include <map>

#include "sakuga/core/error.h"
#include "sakuga/rig/character_file.h"

namespace sakuga::rig {
namespace {

TEST(Random, AllCharactersAreInRangeAndASeedIsACharacter) {
  for (uint64_t seed = 0; seed < 500; ++seed) EXPECT_NO_THROW(check(random_character(seed)));
  EXPECT_EQ(to_toml(random_character(7)), to_toml(random_character(7)));
  EXPECT_NE(to_toml(random_character(7)), to_toml(random_character(8)));
}

TEST(Random, TagsHaveTheirStatedShares) {
  std::map<std::string, double> share;
  constexpr int kCount = 6000;
  for (uint64_t seed = 0; seed < kCount; ++seed)
    for (const std::string& tag : tags_of(random_character(seed))) share[tag] += 1.0 / kCount;
  EXPECT_NEAR(share["brown_hair"], 0.2131 / 1.0, 0.02);
  EXPECT_NEAR(share["blue_eyes"], 0.2835, 0.03);
  EXPECT_NEAR(share["hat"], 0.0449, 0.01);
  EXPECT_NEAR(share["glasses"], 0.0538, 0.01);
  EXPECT_NEAR(share["smile"], 0.6, 0.03);
  EXPECT_NEAR(share["blush"], 0.6, 0.03);
  EXPECT_NEAR(share["open_mouth"], 0.25, 0.02);
  EXPECT_NEAR(share["ribbon"], 0.3, 0.02);
  EXPECT_GT(share["drill_hair"], 0.05);
}

TEST(Random, EvenSetsHaveEveryColourAsOften) {
  std::map<std::string, int> count;
  for (uint64_t seed = 0; seed < 2600; ++seed)
    ++count[random_character(seed, {.even = true}).design.hair_colour];
  for (const std::string& colour : hair_colours()) EXPECT_NEAR(count[colour], 200, 60) << colour;
}

TEST(Random, AppliedTagsAreShown) {
  for (const std::string& tag : rig_tags()) {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      Character character = random_character(seed);
      apply_tags(character, {tag});
      const auto tags = tags_of(character);
      EXPECT_NE(std::find(tags.begin(), tags.end(), tag), tags.end()) << tag;
    }
  }
}

TEST(Random, RefusesUnknownAndContradictoryTags) {
  Character character;
  EXPECT_THROW(apply_tags(character, {"blond_hair"}), core::Error);
  EXPECT_THROW(apply_tags(character, {"red_hair", "blue_hair"}), core::Error);
  EXPECT_THROW(apply_tags(character, {"red_eyes", "blue_eyes"}), core::Error);
  EXPECT_THROW(apply_tags(character, {"twin_tail", "ponytail"}), core::Error);
  EXPECT_THROW(apply_tags(character, {"long_hair", "short_hair"}), core::Error);
}

TEST(Random, ErasAndExpressionsAreLookedUpByNameOrYear) {
  EXPECT_GT(era_of(1985).line_weight, era_of(2020).line_weight);
  EXPECT_THROW(era_of(1970), core::Error);
  for (const std::string& name : expression_names()) {
    Character character;
    character.expression = expression_of(name);
    EXPECT_NO_THROW(check(character)) << name;
  }
  EXPECT_THROW(expression_of("smlie"), core::Error);
}

}  // namespace
}  // namespace sakuga::rig
