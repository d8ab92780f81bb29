#include "sakuga/models/tagger.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/conv_engine.h"
#include "sakuga/nn/state.h"
#include "sakuga/train/task.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

struct Discs {
  TemporaryFolder folder;
  data::Dataset dataset;
  Discs()
      : dataset(
            (write_discs(folder / "discs.dataset", 60, 16), data::Dataset::open(folder / "discs.dataset"))) {}
};

const std::string kTagged = R"(
objective = "tagged"
resolution = 16
batch = 16
pictures = 640
[generator]
noise = 8
max_width = 64
[discriminator]
width = 32
max_width = 64
[augment]
translation = 0.1
[tagged]
penalty_every = 1
)";

const std::string kDragan = R"(
objective = "dragan"
drawn_tags = "chance"
fresh_noise = true
resolution = 16
batch = 16
pictures = 640
[generator]
architecture = "srresnet-generator"
noise = 8
width = 32
blocks = 1
[discriminator]
architecture = "srresnet-discriminator"
width = 32
max_width = 64
blocks = 1
)";

struct InPrecision {
  nn::Precision before = nn::compute_precision();
  explicit InPrecision(nn::Precision precision) { nn::set_compute_precision(precision); }
  ~InPrecision() { nn::set_compute_precision(before); }
};

// After one step Adam's first moment is the gradient: a parameter that got none still has zeros. A bias
// before a batch norm has a gradient of zero but for rounding.
void expect_every_parameter_learns(const std::string& recipe_text, nn::Precision precision,
                                   const std::vector<std::string>& settings = {}) {
  const InPrecision in(precision);
  const Discs discs;
  const auto task = make_task(parse_recipe(recipe_text, "r.toml", settings), discs.dataset);
  task->step(0);
  task->step(1);
  int64_t checked = 0;
  for (const auto& [name, tensor] : task->tensors()) {
    if (name.find("_adam.first.") == std::string::npos ||
        (name.find("conv") != std::string::npos && name.ends_with("bias")))
      continue;
    EXPECT_GT(tensor.abs().sum().item<double>(), 0) << name;
    EXPECT_TRUE(torch::isfinite(tensor).all().item<bool>()) << name;
    ++checked;
  }
  EXPECT_GT(checked, 20);
}

TEST(GanTask, EveryParameterOfBothNetsLearnsInFloat32) {
  expect_every_parameter_learns(kTagged, nn::Precision::Float32);
  expect_every_parameter_learns(kDragan, nn::Precision::Float32);
}

TEST(GanTask, EveryParameterOfBothNetsLearnsInBfloat16) {
  if (!nn::conv_engine_available()) GTEST_SKIP() << "needs AVX512-BF16";
  expect_every_parameter_learns(kTagged, nn::Precision::Bfloat16);
  expect_every_parameter_learns(kDragan, nn::Precision::Bfloat16);
}

TEST(GanTask, ViewsOfASubjectAreJudgedTogether) {
  expect_every_parameter_learns(kTagged, nn::Precision::Float32, {"discriminator.views=2"});
  const Discs discs;
  const auto error = [&](const std::string& setting) {
    return error_of([&] {
      make_task(parse_recipe(kTagged, "r.toml", {"discriminator.views=2", setting}), discs.dataset);
    });
  };
  EXPECT_NE(error("batch=15").find("multiple"), std::string::npos);
  EXPECT_NE(error("drawn_tags=chance").find("drawn_tags should be data"), std::string::npos);
}

// The distance of the averaged net's sample grid from what its latents say, by a data set in which the latent
// is the grey of the picture.
TEST(GanTask, LearnsToDrawWhatKnownLatentsSay) {
  const TemporaryFolder folder;
  write_greys(folder / "d.dataset", 64, 16);
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  EXPECT_EQ(dataset.latent_count(), 1);
  EXPECT_TRUE(dataset.tag_names().empty());
  const auto task = make_task(parse_recipe(kTagged, "r.toml",
                                           {"tagged.likeness=10", "tagged.game_from=1000000", "half_life=100",
                                            "optimiser.rate=0.003"}),
                              dataset);
  double first = 0, last = 0;
  for (int64_t step = 0; step < 60; ++step) {
    const auto numbers = task->step(step);
    ASSERT_EQ(numbers.size(), 1U) << "no game yet";
    EXPECT_EQ(numbers[0].first, "g_unlike");
    (step == 0 ? first : last) = numbers[0].second;
  }
  EXPECT_LT(last, 0.25 * first);
}

TEST(GanTask, GoesOnWithAGameThatBeganLate) {
  const TemporaryFolder folder;
  write_greys(folder / "d.dataset", 64, 16);
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto recipe = parse_recipe(kTagged, "r.toml", {"tagged.likeness=10", "tagged.game_from=40"});
  const auto straight = make_task(recipe, dataset), resumed = make_task(recipe, dataset);
  EXPECT_EQ(straight->step(0).size(), 1U) << "no game yet";
  for (int64_t step = 1; step < 5; ++step) straight->step(step);
  save_checkpoint(folder / "c", straight->tensors(), nlohmann::json::object());
  load_checkpoint(folder / "c", resumed->tensors());
  resumed->resume_at(5);
  // The first moments' size shows in the second step after: a wrong count of D's steps changes its weights.
  for (int64_t step = 5; step < 7; ++step) EXPECT_EQ(resumed->step(step), straight->step(step)) << step;
}

TEST(GanTask, ComparesTheMapsOfTheDiscriminator) {
  const TemporaryFolder folder;
  write_greys(folder / "d.dataset", 64, 16);
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto recipe = [](std::vector<std::string> settings) {
    settings.push_back("tagged.maps=10");
    return parse_recipe(kTagged, "r.toml", settings);
  };
  const auto task = make_task(recipe({"tagged.likeness=1", "half_life=0"}), dataset);
  double first = 0, last = 0;
  for (int64_t step = 0; step < 60; ++step)
    for (const auto& [name, value] : task->step(step))
      if (name == "g_maps") (step == 0 ? first : last) = value;
  EXPECT_GT(first, 0);
  EXPECT_LT(last, 0.7 * first);
  const auto error = [&](const Recipe& wrong) { return error_of([&] { make_task(wrong, dataset); }); };
  EXPECT_NE(error(recipe({})).find("needs tagged.likeness"), std::string::npos);
  const auto dcgan = parse_recipe("[discriminator]\narchitecture = 'dcgan-discriminator'", "r.toml",
                                  {"tagged.likeness=1", "tagged.maps=10"});
  EXPECT_NE(error(dcgan).find("a dcgan-discriminator"), std::string::npos);
}

TEST(GanTask, CountsTheEyesMoreForLikeness) {
  const TemporaryFolder folder;
  write_greys(folder / "d.dataset", 64, 32);
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto recipe = [](const std::string& eyes) {
    return parse_recipe(kTagged, "r.toml",
                        {"resolution=32", "generator.architecture=posed-generator", "tagged.likeness=1",
                         "tagged.game_from=1000", "tagged.eyes=" + eyes});
  };
  const auto unlike = [&](const std::string& eyes) {
    return make_task(recipe(eyes), dataset)->step(0)[0].second;
  };
  EXPECT_GT(unlike("10"), 1.2 * unlike("1"));
  const auto error = [&](const std::string& what) {
    return error_of([&] { make_task(parse_recipe(kTagged, "r.toml", {"tagged.eyes=10", what}), dataset); });
  };
  EXPECT_NE(error("tagged.likeness=0").find("likeness is 0"), std::string::npos);
  EXPECT_NE(error("tagged.likeness=1").find("the generator a tagged-generator"), std::string::npos);
}

TEST(GanTask, RefusesLikenessWithoutLatents) {
  const Discs discs;
  EXPECT_NE(error_of([&] {
              make_task(parse_recipe(kTagged, "r.toml", {"tagged.likeness=1"}), discs.dataset);
            }).find("--latents"),
            std::string::npos);
}

TEST(GanTask, StartsFromAModelAndKeepsItsTags) {
  const Discs discs;
  const TemporaryFolder folder;
  const auto model = folder / "m.safetensors";
  const auto first = make_task(parse_recipe(kTagged, "r.toml"), discs.dataset);
  weights::write_safetensors(model, nn::collect_state(first->model()).views,
                             weights::metadata_of(first->card()));
  write_greys(folder / "style.dataset", 20, 16);
  const auto style = data::Dataset::open(folder / "style.dataset");
  const auto settings = std::vector<std::string>{"start=" + model.string()};
  const auto task = make_task(parse_recipe(kTagged, "r.toml", settings), style);
  const auto before = first->model().named_parameters(), after = task->model().named_parameters();
  for (const auto& item : before) EXPECT_TRUE(torch::equal(item.value(), after[item.key()])) << item.key();
  const auto numbers = task->step(0);
  EXPECT_TRUE(std::isfinite(numbers[0].second));
  const auto card = task->card();
  EXPECT_EQ(card.tags, discs.dataset.tag_names());
  EXPECT_EQ(card.tag_groups, first->card().tag_groups);
  EXPECT_EQ(card.licences.at("counts").at("CC0-1.0"), 60 + 20);
  EXPECT_NE(error_of([&] {
              auto other = settings;
              other.push_back("generator.architecture=dcgan-generator");
              make_task(parse_recipe("resolution = 16\n", "r.toml", other), style);
            }).find("start is a tagged-generator"),
            std::string::npos);
}

TEST(GanTask, GoesOnFromAModelWithItsOwnLatents) {
  const TemporaryFolder folder;
  write_greys(folder / "greys.dataset", 20, 16);
  const auto greys = data::Dataset::open(folder / "greys.dataset");
  std::vector<std::string> settings = {"tagged.likeness=1"};
  const auto first = make_task(parse_recipe(kTagged, "r.toml", settings), greys);
  first->step(0);
  const auto model = folder / "m.safetensors";
  weights::write_safetensors(model, nn::collect_state(first->model()).views,
                             weights::metadata_of(first->card()));
  settings.push_back("start=" + model.string());
  const auto task = make_task(parse_recipe(kTagged, "r.toml", settings), greys);
  const auto before = first->model().named_parameters(), after = task->model().named_parameters();
  for (const auto& item : before) EXPECT_TRUE(torch::equal(item.value(), after[item.key()])) << item.key();
  EXPECT_TRUE(std::isfinite(task->step(0)[0].second));
  settings.push_back("generator.max_width=32");
  EXPECT_NE(
      error_of([&] { make_task(parse_recipe(kTagged, "r.toml", settings), greys); }).find("to go on from"),
      std::string::npos);
}

TEST(GanTask, CardsTellDialsFromTags) {
  const TemporaryFolder folder;
  write_discs(folder / "d.dataset", 60, 16);
  data::edit_dataset(folder / "d.dataset", [](data::DatasetEditor& editor) {
    for (int64_t id = 1; id <= 60; ++id) editor.add_tag(std::vector<int64_t>{id}, {"yaw", float(id) / 60});
  });
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto card = make_task(parse_recipe(kTagged, "r.toml"), dataset)->card();
  EXPECT_EQ(card.dials, std::vector<std::string>{"yaw"});
  EXPECT_NEAR(card.tag_frequencies.back(), 0.5, 0.05);
}

TEST(GanTask, APosedGeneratorIsToldWhichTagsAreAngles) {
  const TemporaryFolder folder;
  write_discs(folder / "d.dataset", 60, 16);
  data::edit_dataset(folder / "d.dataset", [](data::DatasetEditor& editor) {
    for (int64_t id = 1; id <= 60; ++id)
      editor.add_tag(std::vector<int64_t>{id}, {"pose_yaw", float(id) / 60});
  });
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto recipe =
      parse_recipe(kTagged, "r.toml", {"generator.architecture=posed-generator", "resolution=32"});
  const auto task = make_task(recipe, dataset);
  task->step(0);
  const auto card = task->card();
  EXPECT_EQ(card.tags.at(card.options.at("yaw_tag").get<size_t>()), "pose_yaw");
  EXPECT_EQ(card.options.at("roll_tag"), -1);
}

TEST(GanTask, AStepDependsOnTheTensorsAndTheStepAlone) {
  const Discs discs;
  const auto recipe = parse_recipe(kTagged, "r.toml");
  const auto straight = make_task(recipe, discs.dataset), broken = make_task(recipe, discs.dataset);
  Numbers expected;
  for (int step = 0; step < 4; ++step) expected = straight->step(step);
  for (int step = 0; step < 3; ++step) broken->step(step);
  save_checkpoint(discs.folder / "c", broken->tensors(), nlohmann::json::object());
  const auto resumed = make_task(recipe, discs.dataset);
  load_checkpoint(discs.folder / "c", resumed->tensors());
  resumed->resume_at(3);
  EXPECT_EQ(resumed->step(3), expected);
}

TEST(GanTask, CardsTellTagsGroupsAndLicences) {
  const Discs discs;
  const auto card = make_task(parse_recipe(kTagged, "r.toml"), discs.dataset)->card();
  EXPECT_EQ(card.architecture, "tagged-generator");
  EXPECT_EQ(card.tags, discs.dataset.tag_names());
  EXPECT_EQ(card.tag_groups[0], "hair");
  EXPECT_EQ(card.tag_off, 0);
  EXPECT_EQ(card.options["size"], 16);
  EXPECT_EQ(card.licences["counts"]["CC0-1.0"], 60);
  EXPECT_NEAR(card.tag_frequencies[0], 1.0 / 3, 0.1);
}

TEST(GanTask, WithoutConditionsTheNetsHaveNoTags) {
  const Discs discs;
  const auto task = make_task(parse_recipe(kTagged + "\n", "r.toml", {"conditional=false"}), discs.dataset);
  task->step(0);
  EXPECT_TRUE(task->card().tags.empty());
  EXPECT_TRUE(task->samples().has_value());
}

TEST(GanTask, DrawsAGridOfSamples) {
  const Discs discs;
  const auto grid = make_task(parse_recipe(kTagged, "r.toml"), discs.dataset)->samples();
  ASSERT_TRUE(grid);
  EXPECT_EQ(grid->width, 12 * 18 + 2);
  EXPECT_EQ(grid->height, 8 * 18 + 2);
}

TEST(GanTask, NetsOfAnotherSizeAreRefused) {
  const Discs discs;
  const auto recipe = parse_recipe(
      "resolution = 16\n[generator]\narchitecture = 'dcgan-generator'\n[discriminator]\narchitecture = "
      "'dcgan-discriminator'",
      "r.toml");
  EXPECT_NE(error_of([&] { make_task(recipe, discs.dataset); }).find("works at 64 pixels"),
            std::string::npos);
}

TEST(GanTask, ScoresItselfInTheEyesOfANet) {
  const Discs discs;
  models::Tagger tagger(models::TaggerOptions{.tags = 1, .width = 64, .blocks = 0});
  const weights::Card card{.architecture = "tagger",
                           .options = {{"tags", 1}, {"width", 64}, {"blocks", 0}},
                           .tags = {"smile"},
                           .resolution = 64};
  const auto path = discs.folder / "tagger.safetensors";
  weights::write_safetensors(path, nn::collect_state(*tagger).views, weights::metadata_of(card));
  const auto recipe =
      parse_recipe(kTagged, "r.toml", {"score.features='" + path.string() + "'", "score.pictures=32"});
  const auto measured = make_task(recipe, discs.dataset)->measure();
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->metrics[0].name, "kid");
  EXPECT_EQ(measured->score, -measured->metrics[0].value);
  EXPECT_GT(measured->metrics[0].value, 0);
  EXPECT_FALSE(measured->metrics[0].protocol.empty());
}

TEST(GanTask, DoesNotScoreItselfUnlessAsked) {
  const Discs discs;
  EXPECT_FALSE(make_task(parse_recipe(kTagged, "r.toml"), discs.dataset)->measure());
}

TEST(TaggerTask, LearnsColoursThatItCanSee) {
  const Discs discs;
  const auto recipe = parse_recipe(
      "objective = 'tagger'\nresolution = 16\nbatch = 16\npictures = 1600\nhalf_life = 100\n[tagger]\nwidth "
      "= 64\nblocks = 1\n[optimiser]\nrate = 1e-3\nbeta1 = 0.9",
      "r.toml");
  const auto task = make_task(recipe, discs.dataset);
  for (int step = 0; step < 100; ++step) task->step(step);
  const auto measured = task->measure();
  ASSERT_TRUE(measured);
  EXPECT_EQ(measured->metrics.size(), 2u);
  EXPECT_GT(measured->score, 0.9);
  EXPECT_EQ(task->card().architecture, "tagger");
}

TEST(TaggerTask, ADatasetWithoutTagsIsRefused) {
  const TemporaryFolder folder;
  write_discs(folder / "d.dataset", 20, 16);
  data::edit_dataset(folder / "d.dataset", [&](data::DatasetEditor& editor) {
    std::vector<int64_t> ids(20);
    std::iota(ids.begin(), ids.end(), 1);
    for (const char* name : {"blonde_hair", "blue_hair", "red_hair", "blue_eyes", "red_eyes"})
      editor.remove_tag(ids, name);
  });
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  EXPECT_NE(error_of([&] {
              make_task(parse_recipe("objective = 'tagger'\nresolution = 16", "r.toml"), dataset);
            }).find("no tags"),
            std::string::npos);
}

}  // namespace
}  // namespace sakuga::train
