#include "sakuga/train/task.h"
#include "sakuga/train/test_support.h"

#include "sakuga/core/rng.h"

namespace sakuga::train {
namespace {

// Characters that are three stripes of colours of their own, each in `views` pictures: moved, on another
// grey, in other light. Every fifth character is for testing.
void write_stripes(const std::filesystem::path& path, int characters, int views) {
  constexpr int kSide = 16;
  data::edit_dataset(path, [&](data::DatasetEditor& editor) {
    for (int i = 0; i < characters * views; ++i) {
      const int who = i / views;
      core::Rng own(uint64_t(who), 1), view(uint64_t(i), 2);
      double colours[3][3];
      for (auto& colour : colours)
        for (double& channel : colour) channel = 40 + 200 * own.uniform();
      const int dx = int(view.below(5)), dy = int(view.below(5));
      const double grey = 255 * view.uniform(), light = 0.8 + 0.2 * view.uniform();
      media::Image8 image(kSide, kSide, 3);
      for (int y = 0; y < kSide; ++y)
        for (int x = 0; x < kSide; ++x)
          for (int c = 0; c < 3; ++c) {
            const bool inside = x >= dx && x < dx + 12 && y >= dy && y < dy + 12;
            image.at(x, y)[c] = uint8_t(inside ? light * colours[(y - dy) / 4][c] : grey);
          }
      editor.add({.bytes = media::encode_png(image),
                  .width = kSide,
                  .height = kSide,
                  .sha256 = data::pixel_sha256(image),
                  .phash = uint64_t(i),
                  .split = who % 5 == 4 ? data::Split::Test : data::Split::Train,
                  .tags = {},
                  .origin = {.source = "test",
                             .author = "nobody",
                             .licence = "CC0-1.0",
                             .url = {},
                             .retrieved = {},
                             .file = fmt::format("{}_{}.png", who, i % views)}});
    }
  });
}

Recipe small_recipe(const std::vector<std::string>& settings = {}) {
  return parse_recipe(
      "objective = 'identity'\nresolution = 16\nbatch = 32\npictures = 3200\nhalf_life = 100\n[embedder]\n"
      "dimensions = 16\nwidth = 64\nblocks = 0\n[identity]\nviews = 4\n[optimiser]\nrate = 1e-3\nbeta1 = "
      "0.9",
      "r.toml", settings);
}

TEST(IdentityTask, LearnsToTellUnseenCharactersApart) {
  const TemporaryFolder folder;
  write_stripes(folder / "d.dataset", 100, 4);
  const auto dataset = data::Dataset::open(folder / "d.dataset");
  const auto task = make_task(small_recipe(), dataset);
  const double before = task->measure()->metrics.at(0).value;
  for (int step = 0; step < 100; ++step) task->step(step);
  const auto after = task->measure();
  EXPECT_EQ(after->metrics.at(0).name, "identity");
  EXPECT_LT(after->metrics.at(0).value, 0.12);
  EXPECT_LT(after->metrics.at(0).value, before / 2);
  EXPECT_EQ(after->score, 1 - after->metrics.at(0).value);
  EXPECT_EQ(task->card().architecture, "embedder");
  EXPECT_TRUE(task->card().tags.empty());
}

TEST(IdentityTask, WantsViewsAndABatchOfThem) {
  const TemporaryFolder folder;
  write_stripes(folder / "views.dataset", 10, 4);
  const auto views = data::Dataset::open(folder / "views.dataset");
  EXPECT_NE(
      error_of([&] { make_task(small_recipe({"batch=30"}), views); }).find("multiple of identity.views"),
      std::string::npos);
  EXPECT_NE(error_of([&] {
              make_task(parse_recipe("objective = 'identity'\nresolution = 16\nbatch = 32\n[embedder]\n"
                                     "architecture = 'squeezenet1_0'",
                                     "r.toml"),
                        views);
            }).find("expected embedder.architecture"),
            std::string::npos);
  write_stripes(folder / "single.dataset", 10, 1);
  const auto single = data::Dataset::open(folder / "single.dataset");
  EXPECT_NE(error_of([&] { make_task(small_recipe(), single); }).find("one picture of each character"),
            std::string::npos);
}

}  // namespace
}  // namespace sakuga::train
