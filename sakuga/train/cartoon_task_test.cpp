#include "sakuga/core/files.h"
#include "sakuga/models/squeezenet.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/conv_engine.h"
#include "sakuga/nn/state.h"
#include "sakuga/train/run.h"
#include "sakuga/train/task.h"
#include "sakuga/train/test_support.h"
#include "sakuga/weights/safetensors.h"

namespace sakuga::train {
namespace {

// Photos, art and a net of random weights that sees them.
struct Studio {
  TemporaryFolder folder;
  std::optional<data::Dataset> photos;
  Studio() {
    write_discs(folder / "photos.dataset", 20, 40);
    write_discs(folder / "art.dataset", 14, 40);
    torch::manual_seed(11);
    models::Squeezenet squeezenet;
    weights::write_safetensors(folder / "features.safetensors", nn::collect_state(*squeezenet).views);
    photos.emplace(data::Dataset::open(folder / "photos.dataset"));
  }

  std::vector<std::string> settings(std::vector<std::string> more = {}) const {
    more.push_back("target=" + (folder / "art.dataset").string());
    more.push_back("cartoon.features=" + (folder / "features.safetensors").string());
    return more;
  }
  static const char* text() {
    return R"(
objective = "cartoon"
resolution = 32
batch = 2
pictures = 16
half_life = 0
[generator]
architecture = "cartoongan-light"
width = 4
blocks = 1
[discriminator]
width = 4
[cartoon]
initial_pictures = 4
style = 1
colour = 1
variation = 1
grey = 1
[optimiser]
rate = 1e-3
discriminator_rate = 1e-3
[augment]
enlarge = 0.25
[every]
log = 2
samples = 16
checkpoint = 16
)";
  }
  Recipe recipe(const std::vector<std::string>& more = {}) const {
    return parse_recipe(text(), "r.toml", settings(more));
  }
  std::unique_ptr<Task> task(const std::vector<std::string>& more = {}) const {
    return make_task(recipe(more), *photos);
  }
};

struct InPrecision {
  nn::Precision before = nn::compute_precision();
  explicit InPrecision(nn::Precision precision) { nn::set_compute_precision(precision); }
  ~InPrecision() { nn::set_compute_precision(before); }
};

std::vector<std::string> names(const Numbers& numbers) {
  std::vector<std::string> all;
  for (const auto& [name, value] : numbers) all.push_back(name);
  return all;
}

// How many first moments whose names begin so have moved.
int64_t moved(Task& task, const std::string& prefix, int64_t& of) {
  int64_t count = 0;
  of = 0;
  for (const auto& [name, tensor] : task.tensors()) {
    if (!name.starts_with(prefix + "_adam.first.")) continue;
    EXPECT_TRUE(torch::isfinite(tensor).all().item<bool>()) << name;
    count += tensor.abs().sum().item<double>() > 0;
    ++of;
  }
  return count;
}

void expect_every_parameter_learns(nn::Precision precision) {
  const InPrecision in(precision);
  const Studio studio;
  const auto task = studio.task({"cartoon.initial_pictures=0"});
  EXPECT_EQ(names(task->step(0)),
            (std::vector<std::string>{"d_real", "d_drawn", "d_smooth", "d_grey", "g_adversarial", "g_content",
                                      "g_style", "g_colour", "g_variation"}));
  int64_t of = 0;
  EXPECT_EQ(moved(*task, "painter", of), of);
  EXPECT_GT(of, 30);
  // The biases of three convolutions before a normalisation cannot matter.
  const int64_t learnt = moved(*task, "judge", of);
  EXPECT_GE(learnt, of - 3);
  EXPECT_EQ(of, 7 * 2 + 3 * 2);
}

TEST(CartoonTask, EveryParameterLearnsInFloat32) {
  expect_every_parameter_learns(nn::Precision::Float32);
}

TEST(CartoonTask, EveryParameterLearnsInBfloat16) {
  if (!nn::conv_engine_available()) GTEST_SKIP() << "needs AVX512-BF16";
  expect_every_parameter_learns(nn::Precision::Bfloat16);
}

TEST(CartoonTask, BeginsWithTheContentAlone) {
  const Studio studio;
  const auto task = studio.task();
  for (int step = 0; step < 2; ++step)
    EXPECT_EQ(names(task->step(step)), (std::vector<std::string>{"g_content"}));
  int64_t of = 0;
  EXPECT_EQ(moved(*task, "judge", of), 0);
  EXPECT_EQ(moved(*task, "painter", of), of);
  EXPECT_EQ(task->step(2).size(), 9u);
}

TEST(CartoonTask, LearnsToKeepTheContent) {
  const Studio studio;
  const auto task = studio.task({"cartoon.initial_pictures=1000", "augment.enlarge=0", "augment.flip=false"});
  const auto mean_of = [&](int64_t first) {
    double sum = 0;
    for (int64_t step = first; step < first + 10; ++step) sum += task->step(step)[0].second / 10;
    return sum;
  };
  const double before = mean_of(0);
  for (int64_t step = 10; step < 60; ++step) task->step(step);
  EXPECT_LT(mean_of(60), 0.8 * before);
}

TEST(CartoonTask, WhatHasNoWeightIsNotMade) {
  const Studio studio;
  const auto task = studio.task({"cartoon.initial_pictures=0", "cartoon.style=0", "cartoon.colour=0",
                                 "cartoon.variation=0", "cartoon.grey=0", "cartoon.smooth=0"});
  EXPECT_EQ(names(task->step(0)),
            (std::vector<std::string>{"d_real", "d_drawn", "g_adversarial", "g_content"}));
}

TEST(CartoonTask, AStepDependsOnTheTensorsAndTheStepAlone) {
  const Studio studio;
  const auto straight = studio.task(), broken = studio.task();
  Numbers expected;
  for (int step = 0; step < 5; ++step) expected = straight->step(step);
  for (int step = 0; step < 4; ++step) broken->step(step);
  save_checkpoint(studio.folder / "c", broken->tensors(), nlohmann::json::object());
  const auto resumed = studio.task();
  load_checkpoint(studio.folder / "c", resumed->tensors());
  resumed->resume_at(4);
  EXPECT_EQ(resumed->step(4), expected);
  const auto ours = resumed->tensors(), theirs = straight->tensors();
  for (size_t i = 0; i < ours.size(); ++i)
    EXPECT_TRUE(torch::equal(ours[i].second, theirs[i].second)) << ours[i].first;
}

TEST(CartoonTask, TheCardCountsThePicturesOfBothSides) {
  const Studio studio;
  const auto card = studio.task()->card();
  EXPECT_EQ(card.architecture, "cartoongan-light");
  EXPECT_EQ(card.licences.at("counts").at("CC0-1.0"), 34);
  EXPECT_EQ(card.extra.at("content_features"), "SqueezeNet 1.0, fire8");
  EXPECT_EQ(card.extra.at("recipe").get<std::string>().find(studio.folder.path().string()),
            std::string::npos);
}

TEST(CartoonTask, ShowsWholePhotosBesideTheirPaintings) {
  const Studio studio;
  const auto grid = studio.task()->samples();
  ASSERT_TRUE(grid);
  EXPECT_EQ(grid->width, 6 * 42 + 2);  // 32 pixels and a quarter.
  EXPECT_EQ(grid->height, 4 * 42 + 2);
}

TEST(CartoonTask, SaysHowNearTheArtAndHowTrueToThePhotosItIs) {
  const Studio studio;
  const auto features = (studio.folder / "features.safetensors").string();
  const auto measured = studio.task({"score.features=" + features, "score.pictures=16"})->measure();
  ASSERT_TRUE(measured);
  ASSERT_EQ(measured->metrics.size(), 2u);
  EXPECT_EQ(measured->score, -measured->metrics[0].value);
  EXPECT_EQ(measured->metrics[1].name, "content");
  EXPECT_GE(measured->metrics[1].value, 0);
  EXPECT_LE(measured->metrics[1].value, 1);
}

TEST(CartoonTask, RefusesWhatCannotBeTrained) {
  const Studio studio;
  const auto message = [&](const std::string& setting) { return error_of([&] { studio.task({setting}); }); };
  EXPECT_NE(message("resolution=30").find("multiple of 4"), std::string::npos);
  EXPECT_NE(message("cartoon.content=0").find("nothing for initial_pictures"), std::string::npos);
  EXPECT_NE(error_of([&] {
              make_task(parse_recipe(Studio::text(), "r.toml",
                                     {"target=" + (studio.folder / "art.dataset").string()}),
                        *studio.photos);
            }).find("--set cartoon.features="),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              make_task(
                  parse_recipe("objective = 'cartoon'\nresolution = 32\n[cartoon]\ncontent = 0", "r.toml"),
                  *studio.photos);
            }).find("target=FILE"),
            std::string::npos);
  EXPECT_NE(error_of([&] {
              make_task(parse_recipe("objective = 'cartoon'\nresolution = 32\n[generator]\n"
                                     "architecture = 'cyclegan'\nwidth = 32",
                                     "r.toml", studio.settings()),
                        *studio.photos);
            }).find("both directions"),
            std::string::npos);
}

TEST(CartoonRun, GoesOnWithTheSameFeaturesOnly) {
  const Studio studio;
  core::write_file(studio.folder / "small.toml", std::string(Studio::text()));
  auto settings = studio.settings({"dataset=" + (studio.folder / "photos.dataset").string()});
  run({.recipe = studio.folder / "small.toml",
       .settings = settings,
       .folder = studio.folder / "a",
       .resume = {}});
  EXPECT_TRUE(std::filesystem::exists(studio.folder / "a/samples/000000016.png"));
  std::filesystem::rename(studio.folder / "features.safetensors", studio.folder / "moved.safetensors");
  const auto resume = [&](const std::string& features) {
    return error_of([&] {
      run({.recipe = {},
           .settings = {"pictures=20", "cartoon.features=" + (studio.folder / features).string()},
           .folder = {},
           .resume = studio.folder / "a"});
    });
  };
  EXPECT_EQ(resume("moved.safetensors"), "");
  torch::manual_seed(12);
  models::Squeezenet other;
  weights::write_safetensors(studio.folder / "other.safetensors", nn::collect_state(*other).views);
  const auto refused = resume("other.safetensors");
  EXPECT_NE(refused.find("other.safetensors is not what this run was begun with"), std::string::npos)
      << refused;
}

}  // namespace
}  // namespace sakuga::train
