#include "sakuga/train/loop.h"

#include <csignal>

#include "sakuga/core/files.h"
#include "sakuga/core/progress.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

// A task without nets: its one weight is the number of steps, its score falls after `best_at` steps.
class CountingTask : public Task {
 public:
  Numbers step(int64_t step) override {
    if (step == raise_at) std::raise(SIGINT);
    net_->weight.data().fill_(double(step + 1));
    return {{"loss", step == nan_at ? NAN : 1.0 / double(step + 1)}};
  }
  NamedTensors tensors() override {
    NamedTensors tensors;
    add_tensors(tensors, "net", *net_);
    return tensors;
  }
  void resume_at(int64_t) override {}
  const torch::nn::Module& model() const override { return *net_; }
  weights::Card card() const override { return {.architecture = "tagger"}; }
  std::optional<media::Image8> samples() override { return media::Image8(4, 4, 3); }
  std::optional<Measurement> measure() override {
    const double steps = net_->weight.data()[0].item<double>();
    return Measurement{.score = -std::abs(steps - best_at),
                       .metrics = {{.name = "closeness", .value = steps, .protocol = "test"}}};
  }

  int64_t nan_at = -1, raise_at = -1;
  double best_at = 4;

 private:
  torch::nn::BatchNorm2d net_{1};
};

Recipe ten_steps() {
  return parse_recipe(
      "pictures = 20\nbatch = 2\n[every]\nlog = 4\nsamples = 10\ncheckpoint = 8\n[score]\nevery = 4",
      "ten.toml");
}

int64_t saved_step(const std::filesystem::path& path) {
  return read_counters(path)["step"].get<int64_t>();
}

std::vector<nlohmann::json> log_lines(const RunFolder& folder) {
  std::vector<nlohmann::json> lines;
  std::istringstream text(core::read_text(folder.log()));
  for (std::string line; std::getline(text, line);) lines.push_back(nlohmann::json::parse(line));
  return lines;
}

TEST(Loop, LogsSamplesAndSavesWhenDue) {
  const TemporaryFolder temporary;
  const RunFolder folder(temporary / "run");
  CountingTask task;
  train(task, ten_steps(), folder, {.step = 0, .best = {}, .dataset_digest = "d"});
  const auto lines = log_lines(folder);
  ASSERT_EQ(lines.size(), 10u);  // Five of losses, five of scores.
  EXPECT_EQ(lines[0]["pictures"], 4);
  EXPECT_NEAR(lines[0]["loss"].get<double>(), (1 + 0.5) / 2, 1e-12);
  EXPECT_GT(lines[0]["pictures_per_s"].get<double>(), 0);
  EXPECT_GT(lines[0]["memory_mib"].get<int64_t>(), 0);
  EXPECT_EQ(lines[1]["closeness"], 2);
  EXPECT_TRUE(std::filesystem::exists(folder.sample(10)));
  EXPECT_TRUE(std::filesystem::exists(folder.sample(20)));
  EXPECT_EQ(saved_step(folder.checkpoint()), 10);
  EXPECT_EQ(weights::read_card(folder.model()).pictures_seen, 20);
}

TEST(Loop, KeepsTheBestBesideTheLast) {
  const TemporaryFolder temporary;
  const RunFolder folder(temporary / "run");
  CountingTask task;
  train(task, ten_steps(), folder, {});
  EXPECT_EQ(saved_step(folder.path() / "best.checkpoint"), 4);
  const auto card = weights::read_card(folder.path() / "best.safetensors");
  EXPECT_EQ(card.pictures_seen, 8);
  ASSERT_EQ(card.metrics.size(), 1u);
  EXPECT_EQ(card.metrics[0].value, 4);
}

TEST(Loop, RemembersTheBestAcrossAResume) {
  const TemporaryFolder temporary;
  const RunFolder folder(temporary / "run");
  CountingTask task;
  train(task, ten_steps(), folder, {.step = 0, .best = 0.0, .dataset_digest = ""});
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "best.checkpoint"));
}

TEST(Loop, StopsAtALossThatIsNoNumberAndKeepsTheLastCheckpoint) {
  const TemporaryFolder temporary;
  const RunFolder folder(temporary / "run");
  CountingTask task;
  task.nan_at = 8;
  const auto message = error_of([&] { train(task, ten_steps(), folder, {}); });
  EXPECT_NE(message.find("loss became nan at step 9"), std::string::npos) << message;
  EXPECT_NE(message.find(folder.path().string()), std::string::npos);
  EXPECT_EQ(saved_step(folder.checkpoint()), 8);
}

TEST(Loop, ASignalSavesAndStops) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  const TemporaryFolder temporary;
  EXPECT_EXIT(
      {
        core::catch_interrupts();
        const RunFolder folder(temporary / "run");
        CountingTask task;
        task.raise_at = 4;
        try {
          train(task, ten_steps(), folder, {});
        } catch (const core::Interrupted&) {
          const bool saved = saved_step(folder.checkpoint()) == 5;
          std::filesystem::remove_all(temporary.path());
          std::_Exit(saved ? 7 : 8);
        }
      },
      ::testing::ExitedWithCode(7), "");
}

TEST(Loop, DamagedCountersAreCorruptInput) {
  EXPECT_NE(error_of([] {
              run_state_from_json({{"step", "x"}}, "file");
            }).find("damaged"),
            std::string::npos);
}

}  // namespace
}  // namespace sakuga::train
