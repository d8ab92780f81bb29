#include "sakuga/weights/card.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/weights/test_files.h"

namespace sakuga::weights {
namespace {

using core::ErrorKind;

Card example() {
  return {.architecture = "srresnet-generator",
          .options = {{"size", 64}},
          .title = "Two tags",
          .tags = {"blue_eyes", "smile"},
          .tag_groups = {"eyes", ""},
          .tag_frequencies = {0.25, 0.5},
          .dials = {"hat"},
          .resolution = 64,
          .pictures_seen = 1000,
          .metrics = {{"kid", 12.5, 0.5, "protocol S"}},
          .licences = {{"counts", {{"CC0-1.0", 3}}}}};
}

ErrorKind kind_of(const nlohmann::json& json) {
  try {
    card_from_json(json, "file");
  } catch (const core::Error& error) {
    return error.kind();
  }
  ADD_FAILURE() << "accepted " << json.dump();
  return ErrorKind::Internal;
}

TEST(Card, ComesBackFromAFileAsItWas) {
  const TemporaryFile file("card.safetensors");
  write_safetensors(file.path(), {}, metadata_of(example()));
  EXPECT_EQ(to_json(read_card(file.path())), to_json(example()));
}

TEST(Card, LeavesKeysOfANewerVersionAlone) {
  auto json = to_json(example());
  json["future"] = 1;
  EXPECT_EQ(card_from_json(json, "file").architecture, "srresnet-generator");
}

TEST(Card, RefusesWrongTypesAndListsThatAreNotParallel) {
  auto json = to_json(example());
  json["tags"] = "smile";
  EXPECT_EQ(kind_of(json), ErrorKind::CorruptInput);
  json = to_json(example());
  json["tag_groups"] = {"eyes"};
  EXPECT_EQ(kind_of(json), ErrorKind::CorruptInput);
  json = to_json(example());
  json["options"] = 3;
  EXPECT_EQ(kind_of(json), ErrorKind::CorruptInput);
  EXPECT_EQ(kind_of({{"title", "no architecture"}}), ErrorKind::CorruptInput);
}

TEST(Card, AForeignFileIsToldHowToImport) {
  const TemporaryFile file("foreign.safetensors");
  write_safetensors(file.path(), {}, {{"format", "pt"}});
  try {
    read_card(file.path());
    FAIL();
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::Unsupported);
    EXPECT_NE(std::string(error.what()).find("sakuga model import"), std::string::npos);
  }
}

TEST(Card, RefusesACardThatIsNotJson) {
  EXPECT_THROW(card_of({{"sakuga", "{"}}, "file"), core::Error);
}

}  // namespace
}  // namespace sakuga::weights
