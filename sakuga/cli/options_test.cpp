#include "sakuga/cli/options.h"

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>

#include "sakuga/core/error.h"

namespace sakuga::cli {
namespace {

struct Options {
  bool loop = true;
  bool keep_going = false;
  int64_t seed = 3;
  double truncation = 0.5;
  std::string crop = "none";
  std::vector<std::string> tags = {"smile"};
};

void visit_fields(Options& options, auto&& visit) {
  using core::Field;
  visit("loop", options.loop, Field{.help = "end where it began"});
  visit("keep_going", options.keep_going, Field{.help = "skip bad pictures"});
  visit("seed", options.seed, Field{.help = "noise seed", .min = 0});
  visit("truncation", options.truncation, Field{.help = "noise scale", .min = 0, .max = 1});
  visit("crop", options.crop, Field{.help = "what to keep", .choices = {"none", "centre", "face"}});
  visit("tags", options.tags, Field{.help = "what to draw"});
}

Options parsed(std::vector<std::string> arguments) {
  CLI::App app;
  Options options;
  add_options(app, options);
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
  return options;
}

std::string refusal(const std::vector<std::string>& arguments) {
  try {
    parsed(arguments);
  } catch (const core::Error& error) {
    EXPECT_EQ(error.kind(), core::ErrorKind::BadRequest);
    return error.what();
  }
  ADD_FAILURE() << "nothing was thrown";
  return "";
}

TEST(AddOptions, KeepsTheDefaultsOfTheStruct) {
  const Options options = parsed({});
  EXPECT_TRUE(options.loop);
  EXPECT_EQ(options.seed, 3);
  EXPECT_EQ(options.tags, std::vector<std::string>{"smile"});
}

TEST(AddOptions, SetsEveryTypeOfField) {
  const Options options = parsed({"--no-loop", "--keep-going", "--seed", "8", "--truncation=0.25", "--crop",
                                  "face", "--tags", "blonde_hair, blue_eyes", "--tags", "smile"});
  EXPECT_FALSE(options.loop);
  EXPECT_TRUE(options.keep_going);
  EXPECT_EQ(options.seed, 8);
  EXPECT_EQ(options.truncation, 0.25);
  EXPECT_EQ(options.crop, "face");
  EXPECT_EQ(options.tags, (std::vector<std::string>{"blonde_hair", "blue_eyes", "smile"}));
}

TEST(AddOptions, RefusesValuesThatDoNotFit) {
  EXPECT_EQ(refusal({"--seed", "x"}), "--seed: expected a whole number, got x");
  EXPECT_EQ(refusal({"--seed", "99999999999999999999"}),
            "--seed: expected a whole number, got 99999999999999999999");
  EXPECT_EQ(refusal({"--seed=-1"}), "--seed: expected a whole number of at least 0, got -1");
  EXPECT_EQ(refusal({"--truncation", "1.5"}), "--truncation: expected a number from 0 to 1, got 1.5");
  EXPECT_EQ(refusal({"--truncation", "nan"}), "--truncation: expected a number from 0 to 1, got nan");
  EXPECT_EQ(refusal({"--truncation", "half"}), "--truncation: expected a number, got half");
  EXPECT_EQ(refusal({"--crop", "fase"}),
            "--crop: expected one of none, centre, face, got fase; did you mean face?");
}

TEST(AddOptions, DescribesDefaultsRangesAndChoices) {
  CLI::App app;
  Options options;
  add_options(app, options);
  const std::string help = app.help();
  for (const char* part : {"--loop,--no-loop", "--seed INT=3", "noise seed (at least 0)",
                           "noise scale (0 to 1)", "{none,centre,face}=none", "--tags TEXT,...=smile"}) {
    EXPECT_NE(help.find(part), std::string::npos) << part << "\n" << help;
  }
}

TEST(SplitList, TrimsAndDropsEmptyItems) {
  EXPECT_EQ(split_list("a, b c ,,d"), (std::vector<std::string>{"a", "b c", "d"}));
  EXPECT_TRUE(split_list("").empty());
  EXPECT_TRUE(split_list(" , ").empty());
}

}  // namespace
}  // namespace sakuga::cli
