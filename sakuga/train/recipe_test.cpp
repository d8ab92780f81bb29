#include "sakuga/train/recipe.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

TEST(Recipe, ReadsTablesAndKeepsDefaults) {
  const auto recipe = parse_recipe(R"(
dataset = "faces.dataset"
objective = "dragan"
batch = 32
[generator]
architecture = "srresnet-generator"
blocks = 4
[optimiser]
rate = 1
)",
                                   "small.toml");
  EXPECT_EQ(recipe.name, "small");
  EXPECT_EQ(recipe.batch, 32);
  EXPECT_EQ(recipe.generator.options["blocks"], 4);
  EXPECT_EQ(recipe.generator.options["width"], 64);
  EXPECT_EQ(recipe.optimiser.rate, 1.0);
  EXPECT_EQ(recipe.optimiser.beta1, 0.5);
}

TEST(Recipe, SettingsWinOverTheFile) {
  const auto recipe = parse_recipe("batch = 32", "r.toml",
                                   {"batch=16", "optimiser.rate = 1e-3", "dataset=a b/c.dataset",
                                    "generator.blocks=0", "augment.flip=false", "title=\"7\""});
  EXPECT_EQ(recipe.batch, 16);
  EXPECT_EQ(recipe.optimiser.rate, 1e-3);
  EXPECT_EQ(recipe.dataset, "a b/c.dataset");
  EXPECT_EQ(recipe.generator.options["blocks"], 0);
  EXPECT_FALSE(recipe.augment.flip);
  EXPECT_EQ(recipe.title, "7");
}

TEST(Recipe, ItsTextReadsBackAsItself) {
  for (const char* objective :
       {"cartoon", "dragan", "faces", "tagged", "tagger", "identity", "translation"}) {
    const auto recipe = parse_recipe(
        fmt::format("objective = '{}'\ndataset = 'x \"y\" \\ z'\nseed = 7", objective), "r.toml");
    const auto again = parse_recipe(recipe_text(recipe), "r.toml");
    EXPECT_EQ(recipe_text(again), recipe_text(recipe));
    EXPECT_TRUE(differences(recipe, again).empty());
    EXPECT_EQ(again.dataset, recipe.dataset);
  }
}

TEST(Recipe, AnUnknownKeyNamesItsLineAndTheNearest) {
  EXPECT_EQ(error_of([] { parse_recipe("seed = 1\nbach = 3", "r.toml"); }),
            "recipe r.toml:2: unknown key 'bach' for objective tagged; did you mean batch?");
  EXPECT_NE(
      error_of([] { parse_recipe("", "r.toml", {"optimizer.rate=1"}); }).find("did you mean optimiser.rate?"),
      std::string::npos);
}

TEST(Recipe, KeysOfAnotherObjectiveAreUnknown) {
  EXPECT_NE(error_of([] {
              parse_recipe("objective = 'tagged'\n[dragan]\npenalty = 1", "r.toml");
            }).find("r.toml:3"),
            std::string::npos);
  EXPECT_NE(error_of([] { parse_recipe("objective = 'tagger'\n[generator]\nblocks = 1", "r.toml"); }), "");
}

TEST(Recipe, ACartoonHasItsOwnNetsAndTable) {
  const auto recipe = parse_recipe("objective = 'cartoon'\n[cartoon]\nstyle = 2.5", "r.toml");
  EXPECT_EQ(recipe.generator.architecture, "cartoongan");
  EXPECT_EQ(recipe.discriminator.architecture, "cartoongan-discriminator");
  EXPECT_EQ(recipe.cartoon.style, 2.5);
  EXPECT_EQ(recipe.cartoon.colour, 0);
  EXPECT_NE(error_of([] { parse_recipe("objective = 'cartoon'\n[translation]\ncycle = 1", "r.toml"); }), "");
  EXPECT_NE(error_of([] { parse_recipe("objective = 'translation'\n[cartoon]\nstyle = 1", "r.toml"); }), "");
  EXPECT_TRUE(
      differences(recipe,
                  parse_recipe("objective = 'cartoon'\n[cartoon]\nstyle = 2.5\nfeatures = 'x'", "r.toml"))
          .empty())
      << "the net may lie elsewhere when a run is resumed";
}

TEST(Recipe, AWrongTypeNamesItsLine) {
  const auto message = error_of([] { parse_recipe("\n\nbatch = 'many'", "r.toml"); });
  EXPECT_EQ(message, "recipe r.toml:3: batch: expected a whole number, got \"many\"");
  EXPECT_NE(error_of([] { parse_recipe("batch = 1.5", "r.toml"); }).find("r.toml:1"), std::string::npos);
  EXPECT_NE(error_of([] { parse_recipe("seed = 1979-05-27", "r.toml"); }).find("r.toml:1: seed"),
            std::string::npos);
}

TEST(Recipe, OnlyTranslatorsMayLearnFromOnePictureAtATime) {
  EXPECT_EQ(parse_recipe("objective = 'translation'\nbatch = 1", "r.toml").batch, 1);
  EXPECT_EQ(parse_recipe("objective = 'cartoon'\nbatch = 1", "r.toml").batch, 1);
}

TEST(Recipe, AValueOutOfRangeIsRefused) {
  EXPECT_NE(error_of([] { parse_recipe("batch = 1", "r.toml"); }), "");
  EXPECT_NE(error_of([] { parse_recipe("objective = 'translation'\nbatch = 0", "r.toml"); }), "");
  EXPECT_NE(error_of([] { parse_recipe("[optimiser]\nbeta1 = 1.0", "r.toml"); }).find("r.toml:2"),
            std::string::npos);
}

TEST(Recipe, WhatIsNotTomlNamesItsLine) {
  EXPECT_NE(
      error_of([] { parse_recipe("seed = 1\nbatch = = 2", "r.toml"); }).find("recipe r.toml:2: not TOML"),
      std::string::npos);
}

TEST(Recipe, NetOptionsAreCheckedWithTheirLine) {
  const auto message = error_of([] { parse_recipe("[generator]\nblock = 3", "r.toml"); });
  EXPECT_NE(message.find("r.toml:2"), std::string::npos) << message;
  EXPECT_NE(message.find("blocks"), std::string::npos) << message;
  EXPECT_NE(error_of([] { parse_recipe("[generator]\narchitecture = 'squeezenet1_0'", "r.toml"); }), "");
}

TEST(Recipe, WhatFollowsFromElsewhereIsNoKeyOfTheNets) {
  EXPECT_NE(
      error_of([] { parse_recipe("[generator]\nsize = 64", "r.toml"); }).find("follows from resolution"),
      std::string::npos);
  EXPECT_NE(error_of([] {
              parse_recipe("[discriminator]\ntags = 64", "r.toml");
            }).find("follows from the data set"),
            std::string::npos);
  EXPECT_NE(error_of([] {
              parse_recipe("[generator]\narchitecture = 'posed-generator'\nyaw_tag = 1", "r.toml");
            }).find("follows from the data set"),
            std::string::npos);
}

TEST(Recipe, ASettingWithoutAnEqualsSignIsRefused) {
  EXPECT_NE(error_of([] { parse_recipe("", "r.toml", {"batch"}); }).find("expected key=value"),
            std::string::npos);
}

TEST(Recipe, AMissingFileIsNotFound) {
  EXPECT_NE(error_of([] { read_recipe("no/such/recipe.toml"); }), "");
}

TEST(Recipe, ResumingMayChangeTheLengthButNotTheLearning) {
  const auto run = parse_recipe("", "r.toml");
  EXPECT_TRUE(differences(run, parse_recipe("pictures = 5\n[every]\nlog = 3", "r.toml")).empty());
  EXPECT_EQ(differences(run, parse_recipe("seed = 5\n[generator]\nblocks = 3", "r.toml")),
            (std::vector<std::string>{"seed", "generator.blocks"}));
  EXPECT_FALSE(differences(run, parse_recipe("objective = 'dragan'", "r.toml")).empty());
}

TEST(Recipe, EveryShippedRecipeReads) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(SAKUGA_SOURCE_DIR "/recipes")) {
    if (entry.path().extension() != ".toml") continue;
    EXPECT_NO_THROW(read_recipe(entry.path())) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 5);
}

}  // namespace
}  // namespace sakuga::train
