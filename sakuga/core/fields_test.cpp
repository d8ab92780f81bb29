#include "sakuga/core/fields.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"

namespace sakuga::core {
namespace {

struct Options {
  bool mirror = true;
  int64_t seed = 3;
  double truncation = 0.5;
  std::string crop = "none";
  std::vector<std::string> tags = {"smile"};
};

void visit_fields(Options& options, auto&& visit) {
  visit("mirror", options.mirror, Field{.help = "flip half of the pictures"});
  visit("seed", options.seed, Field{.help = "noise seed", .min = 0});
  visit("truncation", options.truncation, Field{.help = "noise scale", .min = 0, .max = 1});
  visit("crop", options.crop, Field{.help = "what to keep", .choices = {"none", "centre", "face"}});
  visit("tags", options.tags, Field{.help = "what to draw"});
}

std::string message_of(auto&& action, ErrorKind kind = ErrorKind::BadRequest) {
  try {
    action();
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), kind);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

std::string refusal(const nlohmann::json& json) {
  Options options;
  return message_of([&] { fields_from_json("recipe", json, options); });
}

TEST(Error, HasTheExitStatusOfItsKind) {
  EXPECT_EQ(exit_status(ErrorKind::BadRequest), 2);
  EXPECT_EQ(exit_status(ErrorKind::NotFound), 3);
  EXPECT_EQ(exit_status(ErrorKind::CorruptInput), 4);
  EXPECT_EQ(exit_status(ErrorKind::Unsupported), 5);
  EXPECT_EQ(exit_status(ErrorKind::RefusedByLicence), 6);
  EXPECT_EQ(exit_status(ErrorKind::Internal), 70);
  EXPECT_EQ(message_of([] { fail(ErrorKind::NotFound, "import: no file {}", "a.png"); }, ErrorKind::NotFound),
            "import: no file a.png");
}

TEST(NearestName, ForgivesTyposCaseAndDashes) {
  const std::vector<std::string> known = {"blonde_hair", "blue_eyes", "twin_tail", "smile"};
  EXPECT_EQ(nearest_name("blond_hair", known), "blonde_hair");
  EXPECT_EQ(nearest_name("Blue-Eyes", known), "blue_eyes");
  EXPECT_EQ(nearest_name("twintails", known), "twin_tail");
  EXPECT_EQ(nearest_name("simle", known), "smile");
}

TEST(NearestName, CompletesABeginningAndElseStaysSilent) {
  const std::vector<std::string> known = {"blonde_hair", "blonde_hair_ornament", "a"};
  EXPECT_EQ(nearest_name("blonde", known), "blonde_hair");
  EXPECT_EQ(nearest_name("spaceship", known), "");
  EXPECT_EQ(nearest_name("b", known), "blonde_hair");
  EXPECT_EQ(nearest_name("", known), "");
  EXPECT_EQ(suggestion("spaceship", known), "");
  EXPECT_EQ(suggestion("blond_hair", known), "; did you mean blonde_hair?");
}

TEST(CheckField, RefusesWhatIsOutOfRangeOrNotAmongTheChoices) {
  const Field range{.min = 1, .max = 9};
  EXPECT_NO_THROW(check_field("size", int64_t{9}, range));
  EXPECT_EQ(message_of([&] { check_field("size", int64_t{12}, range); }),
            "size: expected a whole number from 1 to 9, got 12");
  EXPECT_EQ(message_of([&] { check_field("size", 0.5, Field{.min = 1}); }),
            "size: expected a number of at least 1, got 0.5");
  EXPECT_EQ(message_of([&] { check_field("size", std::nan(""), Field{}); }),
            "size: expected a number, got nan");
  EXPECT_EQ(message_of([&] {
              check_field("crop", std::string("fase"), Field{.choices = {"none", "face"}});
            }),
            "crop: expected one of none, face, got fase; did you mean face?");
}

TEST(FieldsJson, GoThereAndBackInTheOrderOfTheStruct) {
  EXPECT_EQ(fields_to_json(Options{}).dump(),
            R"({"mirror":true,"seed":3,"truncation":0.5,"crop":"none","tags":["smile"]})");
  Options options;
  fields_from_json("recipe", {{"seed", 8}, {"truncation", 1}, {"tags", {"a", "b"}}, {"mirror", false}},
                   options);
  EXPECT_EQ(fields_to_json(options).dump(),
            R"({"mirror":false,"seed":8,"truncation":1.0,"crop":"none","tags":["a","b"]})");
}

TEST(FieldsJson, NamesTheNearestKnownKey) {
  EXPECT_EQ(refusal({{"sede", 1}}), "recipe: unknown option sede; did you mean seed?");
  EXPECT_EQ(refusal(nlohmann::json::array()), "recipe: expected a table of options, got []");
}

TEST(FieldsJson, RefusesValuesOfAnotherType) {
  EXPECT_EQ(refusal({{"mirror", 1}}), "recipe: mirror: expected true or false, got 1");
  EXPECT_EQ(refusal({{"seed", 1.5}}), "recipe: seed: expected a whole number, got 1.5");
  EXPECT_EQ(refusal({{"seed", UINT64_MAX}}),
            "recipe: seed: expected a whole number, got 18446744073709551615");
  EXPECT_EQ(refusal({{"seed", -1}}), "recipe: seed: expected a whole number of at least 0, got -1");
  EXPECT_EQ(refusal({{"truncation", "x"}}), R"(recipe: truncation: expected a number, got "x")");
  EXPECT_EQ(refusal({{"crop", 1}}), "recipe: crop: expected a text, got 1");
  EXPECT_EQ(refusal({{"tags", "smile"}}), R"(recipe: tags: expected a list of texts, got "smile")");
  EXPECT_EQ(refusal({{"tags", {1}}}), "recipe: tags: expected a list of texts, got [1]");
  EXPECT_EQ(refusal({{"crop", nlohmann::json::array({std::string(200, 'x')})}}),
            "recipe: crop: expected a text, got [\"" + std::string(75, 'x') + "...");
}

TEST(FieldsJson, DescribeThemselvesAsAJsonSchema) {
  const auto properties = json_schema<Options>()["properties"];
  EXPECT_EQ(properties["mirror"]["type"], "boolean");
  EXPECT_EQ(properties["seed"].dump(),
            R"({"type":"integer","description":"noise seed","default":3,"minimum":0.0})");
  EXPECT_EQ(properties["truncation"]["maximum"], 1.0);
  EXPECT_EQ(properties["crop"]["enum"], (std::vector<std::string>{"none", "centre", "face"}));
  EXPECT_EQ(properties["tags"]["items"]["type"], "string");
  EXPECT_EQ(json_schema<Options>()["additionalProperties"], false);
}

}  // namespace
}  // namespace sakuga::core
