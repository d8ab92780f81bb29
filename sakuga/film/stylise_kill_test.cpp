// kill -9 while a painting is learnt and while frames are drawn.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <functional>

#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/film/stylise.h"
#include "sakuga/film/test_child.h"
#include "sakuga/media/image_file.h"

namespace sakuga::film {
namespace {

namespace fs = std::filesystem;

constexpr int kFrames = 30, kSide = 64;

void write_shot(const fs::path& folder) {
  fs::create_directories(folder / "plate");
  for (int i = 1; i <= kFrames; ++i) {
    media::Image8 frame(kSide, kSide, 3);
    for (int y = 0; y < kSide; ++y)
      for (int x = 0; x < kSide; ++x) {
        const bool inside = (x - 16 - i) * (x - 16 - i) + (y - 32) * (y - 32) < 150;
        const std::array<uint8_t, 3> colour = {uint8_t(inside ? 220 : 2 * x), uint8_t(3 * y), 90};
        std::copy(colour.begin(), colour.end(), frame.at(x, y));
      }
    media::write_image(folder / "plate" / fmt::format("p.{:06d}.png", i), frame);
    for (auto& byte : frame.bytes) byte = uint8_t(255 - byte);
    if (i == 10) media::write_image(folder / "key.000010.png", frame);
  }
}

void stylise_here(const fs::path& folder, const fs::path& output) {
  StyliseRequest request{.plate = folder / "plate" / "p.%06d.png", .output = output / "o.%06d.png"};
  request.keys = {(folder / "key.000010.png").string()};
  request.options.training = {.steps = 230, .batch = 2, .patch = 32, .width = 8, .blocks = 1};
  stylise(request);
}

// A child process of the test below; not for running by itself.
TEST(StyliseChild, DISABLED_DrawsWhatTheEnvironmentNames) {
  stylise_here(std::getenv("SAKUGA_TEST_SHOT"), std::getenv("SAKUGA_TEST_OUTPUT"));
}

// Runs the command in a process of its own and kills it as soon as `file` is there. False if it ended before.
bool killed_when_there(const fs::path& folder, const fs::path& output, const fs::path& file) {
  const pid_t child = start_child("StyliseChild.*", folder.string(), output.string());
  int status = 0;
  while (::waitpid(child, &status, WNOHANG) != child) {
    if (fs::exists(file)) {
      ::kill(child, SIGKILL);
      ::waitpid(child, &status, 0);
      return WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL;
    }
    ::usleep(500);
  }
  return false;
}

TEST(Stylise, KilledWhileLearningAndWhileDrawingEndsWithTheBytesOfAnUndisturbedRun) {
  const core::TemporaryFolder folder;
  write_shot(folder.path());
  const auto whole = folder / "whole", killed = folder / "killed";
  for (const auto& output : {whole, killed}) fs::create_directories(output);
  stylise_here(folder.path(), whole);
  ASSERT_TRUE(killed_when_there(folder.path(), killed, killed / "o.stylise" / "checkpoint.safetensors"));
  EXPECT_FALSE(fs::exists(killed / "o.stylise" / "model.safetensors"));
  ASSERT_TRUE(killed_when_there(folder.path(), killed, killed / "o.000004.png"));
  EXPECT_FALSE(fs::exists(killed / fmt::format("o.{:06d}.png", kFrames)));
  stylise_here(folder.path(), killed);
  for (int i = 1; i <= kFrames; ++i) {
    const auto name = fmt::format("o.{:06d}.png", i);
    EXPECT_EQ(core::read_file(killed / name), core::read_file(whole / name)) << name;
  }
  EXPECT_EQ(core::read_file(killed / "o.stylise" / "model.safetensors"),
            core::read_file(whole / "o.stylise" / "model.safetensors"));
}

}  // namespace
}  // namespace sakuga::film
