#include "sakuga/rig/character_file.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/rig/test_support.h"

namespace sakuga::rig {
namespace {

std::string message_of(const std::string& text) {
  Character character;
  try {
    from_toml(text, "a.toml", character);
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), core::ErrorKind::BadRequest);
    return error.what();
  }
  return "";
}

TEST(CharacterFile, RandomCharactersSurviveTheRoundTrip) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const std::string text = to_toml(random_character(seed));
    Character again;
    from_toml(text, "a.toml", again);
    EXPECT_EQ(to_toml(again), text);
  }
}

TEST(CharacterFile, WhatAFileLeavesOutStays) {
  Character character;
  character.pose.yaw = 12;
  from_toml("[design]\nhair_colour = 'pink'\n", "a.toml", character);
  EXPECT_EQ(character.design.hair_colour, "pink");
  EXPECT_EQ(character.pose.yaw, 12);
}

TEST(CharacterFile, NamesUnknownFieldsAndTables) {
  EXPECT_NE(message_of("[design]\nhair_color = 'pink'\n").find("hair_colour"), std::string::npos);
  EXPECT_NE(message_of("[desing]\n").find("design"), std::string::npos);
  EXPECT_NE(message_of("design = 3\n").find("table"), std::string::npos);
}

TEST(CharacterFile, NamesFieldAndRangeOfBadValues) {
  const std::string big = message_of("[design]\neye_size = 3.0\n");
  EXPECT_NE(big.find("eye_size"), std::string::npos);
  EXPECT_NE(big.find("from 0.7 to 1.25"), std::string::npos);
  EXPECT_NE(message_of("[pose]\nyaw = nan\n").find("yaw"), std::string::npos);
  EXPECT_NE(message_of("[pose]\npitch = inf\n").find("pitch"), std::string::npos);
  EXPECT_NE(message_of("[design]\nfringe = 'mullet'\n").find("swept"), std::string::npos);
  EXPECT_NE(message_of("[design]\nahoge = 1\n").find("true or false"), std::string::npos);
  EXPECT_NE(message_of("[design\n").find("not TOML"), std::string::npos);
}

TEST(CharacterFile, AMissingFileIsNotFound) {
  try {
    read_character("/nowhere/a.toml");
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), core::ErrorKind::NotFound);
  }
}

}  // namespace
}  // namespace sakuga::rig
