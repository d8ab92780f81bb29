#include "sakuga/compose/domain.h"
#include "sakuga/nn/compute.h"
#include "sakuga/nn/conv_engine.h"
#include "sakuga/nn/state.h"
#include "sakuga/train/task.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

struct TwoSides {
  TemporaryFolder folder;
  data::Dataset source;
  TwoSides()
      : source((write_discs(folder / "a.dataset", 20, 36), write_discs(folder / "b.dataset", 14, 36),
                data::Dataset::open(folder / "a.dataset"))) {}

  Recipe recipe(const std::vector<std::string>& settings = {}) const {
    const std::string text = R"(
objective = "translation"
resolution = 32
batch = 1
pictures = 10
half_life = 0
[generator]
width = 32
blocks = 1
[discriminator]
width = 32
layers = 4
[translation]
global_layers = 5
[optimiser]
rate = 1e-3
discriminator_rate = 1e-3
decay = 0.5
[augment]
enlarge = 0.12
)";
    auto all = settings;
    all.push_back("target=" + (folder / "b.dataset").string());
    return parse_recipe(text, "r.toml", all);
  }
};

struct InPrecision {
  nn::Precision before = nn::compute_precision();
  explicit InPrecision(nn::Precision precision) { nn::set_compute_precision(precision); }
  ~InPrecision() { nn::set_compute_precision(before); }
};

void expect_every_parameter_learns(nn::Precision precision) {
  const InPrecision in(precision);
  const TwoSides sides;
  const auto task = make_task(sides.recipe(), sides.source);
  const auto numbers = task->step(0);
  EXPECT_EQ(numbers.size(), 6u);
  int64_t checked = 0;
  for (const auto& [name, tensor] : task->tensors()) {
    if (name.find("_adam.first.") == std::string::npos) continue;
    EXPECT_GT(tensor.abs().sum().item<double>(), 0) << name;
    EXPECT_TRUE(torch::isfinite(tensor).all().item<bool>()) << name;
    ++checked;
  }
  EXPECT_GT(checked, 80);
}

TEST(TranslationTask, EveryParameterLearnsInFloat32) {
  expect_every_parameter_learns(nn::Precision::Float32);
}

TEST(TranslationTask, EveryParameterLearnsInBfloat16) {
  if (!nn::conv_engine_available()) GTEST_SKIP() << "needs AVX512-BF16";
  expect_every_parameter_learns(nn::Precision::Bfloat16);
}

TEST(TranslationTask, AStepDependsOnTheTensorsAndTheStepAlone) {
  const TwoSides sides;
  const auto recipe = sides.recipe();
  const auto straight = make_task(recipe, sides.source), broken = make_task(recipe, sides.source);
  Numbers expected;
  for (int step = 0; step < 3; ++step) expected = straight->step(step);
  for (int step = 0; step < 2; ++step) broken->step(step);
  save_checkpoint(sides.folder / "c", broken->tensors(), nlohmann::json::object());
  const auto resumed = make_task(recipe, sides.source);
  load_checkpoint(sides.folder / "c", resumed->tensors());
  resumed->resume_at(2);
  EXPECT_EQ(resumed->step(2), expected);
}

TEST(TranslationTask, KeepsRhoInRange) {
  const TwoSides sides;
  const auto task = make_task(sides.recipe({"optimiser.rate=0.5"}), sides.source);
  task->step(0);
  for (const auto& item : task->model().named_parameters())
    if (item.key().ends_with("rho")) {
      EXPECT_GE(item.value().min().item<float>(), 0) << item.key();
      EXPECT_LE(item.value().max().item<float>(), 1) << item.key();
    }
}

TEST(TranslationTask, TheCardCountsThePicturesOfBothSides) {
  const TwoSides sides;
  const auto task = make_task(sides.recipe({"translation.subject=face"}), sides.source);
  const auto card = task->card();
  EXPECT_EQ(card.architecture, "ugatit");
  EXPECT_EQ(card.options.at("size"), 32);
  EXPECT_EQ(card.licences.at("counts").at("CC0-1.0"), 34);
  EXPECT_EQ(card.extra.at("subject"), "face");
  EXPECT_TRUE(compose::domain_from_json(card.extra.at("domain").at("there")));
  EXPECT_TRUE(card.tags.empty());
}

TEST(TranslationTask, ShowsBothDirectionsAndTheAttention) {
  const TwoSides sides;
  const auto grid = make_task(sides.recipe(), sides.source)->samples();
  ASSERT_TRUE(grid);
  EXPECT_EQ(grid->width, 8 * 34 + 2);
  EXPECT_EQ(grid->height, 6 * 34 + 2);
  const auto without = make_task(sides.recipe({"generator.attention=false", "discriminator.attention=false",
                                               "generator.norm=instance", "translation.global_layers=0"}),
                                 sides.source);
  without->step(0);
  EXPECT_EQ(without->samples()->width, 6 * 34 + 2);
}

TEST(TranslationTask, RefusesMoreLayersThanThePictureHasPixelsFor) {
  const TwoSides sides;
  EXPECT_NO_THROW(make_task(sides.recipe({"resolution=24"}), sides.source)->step(0));
  const auto error = [&](const std::string& setting) {
    return error_of([&] { make_task(sides.recipe({"resolution=24", setting}), sides.source); });
  };
  EXPECT_NE(error("translation.global_layers=6")
                .find("global_layers = 6 needs a resolution of at least 48, got 24"),
            std::string::npos);
  EXPECT_NE(error("discriminator.layers=7").find("discriminator.layers = 7"), std::string::npos);
}

TEST(TranslationTask, WantsTwoDataSets) {
  const TwoSides sides;
  const auto recipe = parse_recipe("objective = 'translation'\nresolution = 32", "r.toml");
  EXPECT_NE(error_of([&] { make_task(recipe, sides.source); }).find("target=FILE"), std::string::npos);
}

}  // namespace
}  // namespace sakuga::train
