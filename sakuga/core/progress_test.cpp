#include "sakuga/core/progress.h"

#include <gtest/gtest.h>

#include <csignal>
#include <cstdlib>

namespace sakuga::core {
namespace {

std::string shown(ProgressStyle style, auto&& job) {
  set_progress_style(style);
  testing::internal::CaptureStderr();
  job();
  set_progress_style(ProgressStyle::Silent);
  return testing::internal::GetCapturedStderr();
}

void three_pictures() {
  Progress progress("import", "pictures", 3);
  for (int i = 1; i <= 3; ++i) progress.update(i);
}

TEST(ProgressText, ShowsRateAndTimeLeft) {
  EXPECT_EQ(progress_text({.job = "import", .unit = "pictures", .done = 120, .total = 500, .rate = 34.5}),
            "import: 120/500 pictures, 34.5/s, 0:12 left");
  EXPECT_EQ(progress_text(
                {.job = "train", .unit = "pictures", .done = 0, .total = 7300, .rate = 1, .note = "loss 1"}),
            "train: 0/7300 pictures, 1.0/s, 2:01:40 left, loss 1");
  EXPECT_EQ(progress_text({.job = "walk", .unit = "frames", .done = 24}), "walk: 24 frames");
}

TEST(ProgressJson, HasWhatIsKnownOnOneLine) {
  EXPECT_EQ(progress_json({.job = "import", .unit = "pictures", .done = 120, .total = 500, .rate = 34.5}),
            R"({"event":"progress","job":"import","unit":"pictures","done":120,"total":500,"rate":34.5,)"
            R"("seconds_left":12.0})");
  EXPECT_EQ(progress_json({.job = "walk", .unit = "frames", .done = 24, .note = "bad \xff"}),
            R"({"event":"progress","job":"walk","unit":"frames","done":24,"note":"bad )"
            "\xef\xbf\xbd\"}");
}

TEST(Progress, IsSilentWhenPiped) {
  EXPECT_EQ(shown(ProgressStyle::Silent, three_pictures), "");
}

TEST(Progress, OverwritesOneLineOfATerminalAndEndsIt) {
  const std::string text = shown(ProgressStyle::Terminal, three_pictures);
  EXPECT_EQ(text.substr(0, 22), "\rimport: 1/3 pictures\x1b");
  EXPECT_NE(text.find("\rimport: 3/3 pictures"), std::string::npos);
  EXPECT_EQ(text.back(), '\n');
}

TEST(Progress, PrintsAtMostTenTimesASecondAndTheLastStateAlways) {
  const std::string text = shown(ProgressStyle::Json, [] {
    Progress progress("import", "pictures", 1000);
    for (int i = 1; i <= 1000; ++i) progress.update(i);
  });
  EXPECT_LE(std::count(text.begin(), text.end(), '\n'), 4);
  EXPECT_NE(text.find(R"("done":1000)"), std::string::npos);
}

TEST(Progress, PrintsNothingForAJobThatNeverBegan) {
  EXPECT_EQ(shown(ProgressStyle::Terminal, [] { Progress("import", "pictures", 3); }), "");
}

TEST(Interrupts, SetAFlagFirstAndEndTheProcessAtTheSecondSignal) {
  EXPECT_FALSE(interrupted());
  EXPECT_NO_THROW(check_interrupt());
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        catch_interrupts();
        std::raise(SIGINT);
        try {
          check_interrupt();
        } catch (const Interrupted&) {
          std::exit(interrupted() ? 130 : 1);
        }
      },
      testing::ExitedWithCode(130), "");
  EXPECT_EXIT(
      {
        catch_interrupts();
        std::raise(SIGTERM);
        std::raise(SIGINT);
      },
      testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace sakuga::core
