#include "sakuga/train/run_folder.h"

#include <fstream>

#include "sakuga/core/files.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

TEST(RunFolder, TwoTrainingsInOneFolderAreRefused) {
  const TemporaryFolder folder;
  const RunFolder first(folder / "run");
  EXPECT_NE(error_of([&] { RunFolder second(folder / "run"); }).find("another training is running"),
            std::string::npos);
}

TEST(RunFolder, IsFreeAgainAfterwards) {
  const TemporaryFolder folder;
  { const RunFolder first(folder / "run"); }
  EXPECT_NO_THROW(RunFolder(folder / "run"));
}

TEST(RunFolder, AFolderThatCannotBeMadeIsRefused) {
  const TemporaryFolder folder;
  core::write_file(folder / "file", std::string("x"));
  EXPECT_NE(error_of([&] { RunFolder run(folder / "file/run"); }), "");
}

TEST(RunFolder, RemovesWhatAKilledRunWasWriting) {
  const TemporaryFolder folder;
  { const RunFolder run(folder / "run"); }
  core::write_file(folder / "run/.last.17-0.part.checkpoint", std::string("half"));
  const RunFolder run(folder / "run");
  EXPECT_FALSE(std::filesystem::exists(folder / "run/.last.17-0.part.checkpoint"));
}

TEST(RunFolder, TheBestStaysWhenTheLastMovesOn) {
  const TemporaryFolder folder;
  const RunFolder run(folder / "run");
  core::write_file(run.checkpoint(), std::string("one"));
  core::write_file(run.model(), std::string("model one"));
  run.keep_as_best();
  core::write_file(run.checkpoint(), std::string("two"));
  EXPECT_EQ(core::read_text(folder / "run/best.checkpoint"), "one");
  EXPECT_EQ(core::read_text(folder / "run/best.safetensors"), "model one");
}

TEST(Log, DropsWhatCameAfterTheCheckpoint) {
  const TemporaryFolder folder;
  core::write_file(folder / "log.jsonl", std::string("{\"step\":1}\n{\"step\":2}\n{\"step\":3}\n{\"ste"));
  Log log(folder / "log.jsonl", 2);
  log.write({{"step", 3}, {"again", true}});
  EXPECT_EQ(core::read_text(folder / "log.jsonl"),
            "{\"step\":1}\n{\"step\":2}\n{\"step\":3,\"again\":true}\n");
}

TEST(Log, SaysWhenTheDiskIsFull) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  const TemporaryFolder folder;
  Log log(folder / "log.jsonl", 0);
  std::filesystem::create_symlink("/dev/full", folder / "log.jsonl");
  EXPECT_NE(error_of([&] { log.write({{"step", 1}}); }).find("disk full"), std::string::npos);
}

TEST(Memory, OfThisProcessIsKnown) {
  EXPECT_GT(process_memory().now_mib, 0);
  EXPECT_GE(process_memory().peak_mib, process_memory().now_mib / 2);
}

}  // namespace
}  // namespace sakuga::train
