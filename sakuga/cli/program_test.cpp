#include "sakuga/cli/program.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdio>
#include <new>

#include "sakuga/cli/options.h"
#include "sakuga/cli/test_support.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"

namespace sakuga::cli {
namespace {

struct DrawOptions {
  int64_t seed = 0;
  std::string fault = "none";
};

void visit_fields(DrawOptions& options, auto&& visit) {
  visit("seed", options.seed, core::Field{.help = "noise seed", .min = 0});
  visit("fault", options.fault, core::Field{.help = "what goes wrong"});
}

void draw(const DrawOptions& options, bool json) {
  if (options.fault == "missing") core::fail(core::ErrorKind::NotFound, "draw: no such model");
  if (options.fault == "memory") throw std::bad_alloc();
  if (options.fault == "library") throw std::runtime_error("tensor sizes differ\nstack trace");
  if (options.fault == "unknown") throw 1;
  if (options.fault == "interrupt") std::raise(SIGINT);
  core::check_interrupt();
  fmt::print("seed {}{}\n", options.seed, json ? " json" : "");
}

void add_draw(CLI::App& app) {
  auto options = std::make_shared<DrawOptions>();
  CLI::App& command = *app.add_subcommand("draw", "Draw a character");
  add_options(command, *options);
  command.callback([options, &command] { draw(*options, wants_json(command)); });
}

void add_data(CLI::App& app) {
  CLI::App& data = *app.add_subcommand("data", "Data sets");
  data.require_subcommand(1);
  CLI::App& import = *data.add_subcommand("import", "Take pictures in");
  auto source = std::make_shared<std::string>();
  import.add_option("--source", *source, "Where they come from")->required();
  import.callback([source] { fmt::print("source {}\n", *source);
});
}  // namespace

Result run_with(const std::vector<std::string>& arguments) {
  static constexpr AddCommand kCommands[] = {add_draw, add_data};
  return sakuga(arguments, kCommands);
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

TEST(Run, RunsTheCommandWithItsOptions) {
  const Result result = run_with({"draw", "--seed", "7"});
  EXPECT_EQ(result.status, 0);
  EXPECT_EQ(result.out, "seed 7\n");
  EXPECT_EQ(result.err, "");
}

TEST(Run, KnowsJsonBeforeAndAfterTheCommand) {
  EXPECT_EQ(run_with({"--json", "draw"}).out, "seed 0 json\n");
  EXPECT_EQ(core::progress_style(), core::ProgressStyle::Json);
  EXPECT_EQ(run_with({"draw", "--json"}).out, "seed 0 json\n");
  EXPECT_EQ(run_with({"draw"}).out, "seed 0\n");
  EXPECT_EQ(core::progress_style(), core::ProgressStyle::Silent);
}

TEST(Run, PrintsHelpAndVersion) {
  EXPECT_EQ(first_line(run_with({"--version"}).out).substr(0, 7), "sakuga ");
  const Result help = run_with({"--help"});
  EXPECT_EQ(help.status, 0);
  EXPECT_NE(help.out.find("Draw a character"), std::string::npos);
  EXPECT_NE(run_with({"draw", "--help"}).out.find("noise seed (at least 0)"), std::string::npos);
  EXPECT_NE(run_with({"data", "import", "--help"}).out.find("--source"), std::string::npos);
}

TEST(Run, NamesTheNearestOptionAndCommand) {
  const auto complaint = [](const std::vector<std::string>& arguments) {
    const Result result = run_with(arguments);
    EXPECT_EQ(result.status, 2);
    EXPECT_EQ(result.out, "");
    return first_line(result.err);
  };
  EXPECT_EQ(complaint({"draw", "--sede", "7"}), "sakuga: draw: unknown option --sede; did you mean --seed?");
  EXPECT_EQ(complaint({"draw", "--sede=7"}), "sakuga: draw: unknown option --sede; did you mean --seed?");
  EXPECT_EQ(complaint({"drwa", "--seed", "7"}), "sakuga: unknown command drwa; did you mean draw?");
  EXPECT_EQ(complaint({"data", "imprt"}), "sakuga: data: unknown command imprt; did you mean import?");
  EXPECT_EQ(complaint({"data", "import", "--sorce", "x"}),
            "sakuga: data import: unknown option --sorce; did you mean --source?");
  EXPECT_EQ(complaint({"draw", "data"}), "sakuga: draw: unknown argument data");
  EXPECT_EQ(complaint({"--zzz", "draw"}), "sakuga: draw: unknown option --zzz");
}

TEST(Run, SaysWhatIsMissing) {
  EXPECT_EQ(run_with({}).err, "sakuga: expected a command: draw, data\nsakuga: see sakuga --help\n");
  EXPECT_EQ(run_with({"data"}).err,
            "sakuga: data: expected a command: import\nsakuga: see sakuga data --help\n");
  const Result result = run_with({"data", "import"});
  EXPECT_EQ(result.status, 2);
  EXPECT_EQ(result.err, "sakuga: data import: --source is required\nsakuga: see sakuga data import --help\n");
}

TEST(Run, MapsErrorsToStatusAndMessage) {
  const auto expect = [](const char* fault, int status, const std::string& message) {
    const Result result = run_with({"draw", "--fault", fault});
    EXPECT_EQ(result.status, status);
    EXPECT_EQ(result.err, "sakuga: " + message + "\n");
  };
  expect("missing", 3, "draw: no such model");
  expect("memory", 70, "out of memory; try smaller pictures or batches");
  expect("library", 70, "internal error: tensor sizes differ");
  expect("unknown", 70, "internal error of an unknown kind");
  EXPECT_EQ(run_with({"draw", "--seed", "x"}).status, 2);
  EXPECT_EQ(run_with({"draw", "--seed=-1"}).err,
            "sakuga: --seed: expected a whole number of at least 0, got -1\n");
}

TEST(Run, EndsWith130AfterAnInterrupt) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto interrupted = [] {
    const char* arguments[] = {"sakuga", "draw", "--fault", "interrupt"};
    static constexpr AddCommand kCommands[] = {add_draw};
    std::exit(run(4, arguments, kCommands));
  };
  EXPECT_EXIT(interrupted(), testing::ExitedWithCode(130), "sakuga: interrupted");
}

TEST(Run, NoticesThatItsOutputCannotBeWritten) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  const auto full = [] {
    if (!std::freopen("/dev/full", "w", stdout)) std::exit(1);
    const char* arguments[] = {"sakuga", "draw"};
    static constexpr AddCommand kCommands[] = {add_draw};
    std::exit(run(2, arguments, kCommands));
  };
  EXPECT_EXIT(full(), testing::ExitedWithCode(2), "cannot write to standard output");
}

}  // namespace sakuga::cli
}  // namespace sakuga::cli
