#include "sakuga/train/run.h"

#include "sakuga/core/files.h"
#include "sakuga/models/image_model.h"
#include "sakuga/train/run_folder.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

const std::string kRecipe = R"(
resolution = 16
batch = 16
pictures = 320
[generator]
noise = 8
width = 32
max_width = 32
blocks = 0
[discriminator]
width = 32
max_width = 32
blocks = 0
[every]
log = 16
samples = 160
checkpoint = 160
)";

struct Place {
  TemporaryFolder folder;
  Place() {
    write_discs(folder / "discs.dataset", 60, 16);
    core::write_file(folder / "small.toml", kRecipe);
  }
  RunRequest request(const std::string& run, std::vector<std::string> settings = {}) const {
    settings.push_back("dataset=" + (folder / "discs.dataset").string());
    return {.recipe = folder / "small.toml", .settings = settings, .folder = folder / run, .resume = {}};
  }
};

// The losses of every line, without what depends on the machine.
std::vector<std::string> curve(const std::filesystem::path& run) {
  std::vector<std::string> lines;
  std::istringstream text(core::read_text(run / "log.jsonl"));
  for (std::string line; std::getline(text, line);) {
    auto json = nlohmann::ordered_json::parse(line);
    for (const char* key : {"pictures_per_s", "memory_mib", "peak_memory_mib"}) json.erase(key);
    lines.push_back(json.dump());
  }
  return lines;
}

TEST(Run, ShowsTheRecipeOfARunThatItWouldResume) {
  const Place place;
  run(place.request("a"));
  RunRequest request{.recipe = {}, .settings = {"pictures=640"}, .folder = {}, .resume = place.folder / "a"};
  EXPECT_NE(resolved_recipe(request).find("pictures = 640"), std::string::npos);
  EXPECT_THROW(resolved_recipe({}), core::Error);
}

TEST(Run, LeavesAModelThatDraws) {
  const Place place;
  EXPECT_EQ(run(place.request("a")), place.folder / "a");
  const auto model = models::ImageModel::load(place.folder / "a/model.safetensors");
  EXPECT_EQ(model->card().pictures_seen, 320);
  EXPECT_EQ(model->card().title, "small");
  const std::vector<float> noise(size_t(model->noise_size())), tags(size_t(model->tag_count()));
  EXPECT_EQ(model->draw(noise, tags)[0].width, 16);
  EXPECT_TRUE(std::filesystem::exists(place.folder / "a/samples/000000320.png"));
}

TEST(Run, ResumedGoesOnAsIfItHadNeverStopped) {
  const Place place;
  run(place.request("straight"));
  run(place.request("broken", {"pictures=160"}));
  run({.recipe = {}, .settings = {"pictures=320"}, .folder = {}, .resume = place.folder / "broken"});
  EXPECT_EQ(curve(place.folder / "straight").size(), 20u);
  EXPECT_EQ(curve(place.folder / "broken"), curve(place.folder / "straight"));
}

TEST(Run, WritesTheResolvedRecipe) {
  const Place place;
  run(place.request("a", {"pictures=16", "seed=9"}));
  const auto text = core::read_text(place.folder / "a/recipe.toml");
  EXPECT_NE(text.find("seed = 9"), std::string::npos);
  EXPECT_NE(text.find("beta2 = "), std::string::npos);
}

TEST(Run, AFolderWithARunIsNotOverwritten) {
  const Place place;
  run(place.request("a", {"pictures=16"}));
  EXPECT_NE(error_of([&] { run(place.request("a")); }).find("holds a run already; use --resume"),
            std::string::npos);
}

TEST(Run, AResumedRunCannotChangeWhatIsLearnt) {
  const Place place;
  run(place.request("a", {"pictures=16"}));
  EXPECT_NE(error_of([&] {
              run({.recipe = {}, .settings = {"seed=5"}, .folder = {}, .resume = place.folder / "a"});
            }).find("begun with another 'seed'"),
            std::string::npos);
}

TEST(Run, AResumedRunRefusesAnotherDataset) {
  const Place place;
  run(place.request("a", {"pictures=16"}));
  write_discs(place.folder / "other.dataset", 50, 16);
  EXPECT_NE(error_of([&] {
              run({.recipe = {},
                   .settings = {"pictures=32", "dataset=" + (place.folder / "other.dataset").string()},
                   .folder = {},
                   .resume = place.folder / "a"});
            }).find("not what this run was begun with"),
            std::string::npos);
}

TEST(Run, ResumingAnEmptyOrMissingFolderIsNotFound) {
  const Place place;
  std::filesystem::create_directories(place.folder / "empty");
  for (const char* name : {"empty", "missing"}) {
    try {
      run({.recipe = {}, .settings = {}, .folder = {}, .resume = place.folder / name});
      FAIL();
    } catch (const core::Error& error) {
      EXPECT_EQ(error.kind(), core::ErrorKind::NotFound);
    }
  }
}

TEST(Run, NeedsARecipeAndADataset) {
  const Place place;
  EXPECT_NE(error_of([] { run({}); }).find("expected a recipe"), std::string::npos);
  EXPECT_NE(error_of([&] {
              run({.recipe = place.folder / "small.toml",
                   .settings = {},
                   .folder = place.folder / "b",
                   .resume = {}});
            }).find("no data set"),
            std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(place.folder / "b"));
}

}  // namespace
}  // namespace sakuga::train
