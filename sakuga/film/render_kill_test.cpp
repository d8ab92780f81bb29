// What a render leaves behind when it is killed or the disk is full.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <map>

#include "sakuga/core/hash.h"
#include "sakuga/film/render.h"
#include "sakuga/film/test_child.h"
#include "sakuga/film/test_shots.h"

namespace sakuga::film {
namespace {

const std::string kShot =
    kTop +
    "scale = 1.5\nrotate = 7\n  [layers.rim]\n  strength = 1\n[stylise]\non = \"2\"\n[steady]\n"
    "[finish.grain]\namount = 0.05\n[[deliver]]\nfile = \"test.mkv\"\n[[deliver]]\nfile = \"test.mp4\"\n";

void render_here(const std::filesystem::path& shot, const std::filesystem::path& output) {
  render(read_shot(shot), {.output = output.string()});
}

// Everything but the lock and what only remembers when files were changed.
std::map<std::string, std::string> contents(const std::filesystem::path& folder) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const auto name = std::filesystem::relative(entry.path(), folder).string();
    if (entry.is_regular_file() && name != "lock" && name != "cache/files.json")
      contents[name] = core::sha256_file(entry.path());
  }
  return contents;
}

// A child process of the test below; not for running by itself.
TEST(RenderChild, DISABLED_RendersWhatTheEnvironmentNames) {
  render_here(std::getenv("SAKUGA_TEST_SHOT"), std::getenv("SAKUGA_TEST_OUTPUT"));
}

// Starts a render in a process of its own and kills it after that time. True if it was done before.
bool rendered_within(const core::TemporaryFolder& folder, int milliseconds) {
  const pid_t child =
      start_child("RenderChild.*", (folder / "test.toml").string(), (folder / "killed").string());
  int status = 0;
  for (int waited = 0; waited < milliseconds; waited += 5) {
    if (::waitpid(child, &status, WNOHANG) == child) return WIFEXITED(status) && WEXITSTATUS(status) == 0;
    ::usleep(5'000);
  }
  ::kill(child, SIGKILL);
  ::waitpid(child, &status, 0);
  return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

TEST(Render, KilledAnywhereEndsWithTheBytesOfAnUndisturbedOne) {
  const core::TemporaryFolder folder;
  write_plate(folder, 5);
  folder.write("test.toml", kShot);
  render_here(folder / "test.toml", folder / "undisturbed");
  int kills = 0;
  // Each time a little later, so that kills fall into every stage.
  for (int wait = 80; !rendered_within(folder, wait); wait += 110) ASSERT_LT(++kills, 200);
  EXPECT_GT(kills, 1);
  EXPECT_EQ(contents(folder / "killed"), contents(folder / "undisturbed"));
}

TEST(Render, AFullDiskLeavesAGoodCache) {
  const core::TemporaryFolder folder;
  write_plate(folder, 5);
  folder.write("test.toml", kShot);
  render_here(folder / "test.toml", folder / "undisturbed");
  rlimit before{};
  ::getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  int refusals = 0;
  for (const rlim_t bytes : {600, 1'500, 2'500, 4'000}) {
    const rlimit small = {bytes, before.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &small);
    try {
      render_here(folder / "test.toml", folder / "full");
    } catch (const core::Error& error) {
      ++refusals;
      EXPECT_EQ(error.kind(), core::ErrorKind::BadRequest) << error.what();
    }
  }
  ::setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  EXPECT_GT(refusals, 0);
  render_here(folder / "test.toml", folder / "full");
  EXPECT_EQ(contents(folder / "full"), contents(folder / "undisturbed"));
}

}  // namespace
}  // namespace sakuga::film
