#include "sakuga/core/files.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <fstream>
#include <system_error>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"

namespace sakuga::core {
namespace {

namespace fs = std::filesystem;

auto entries(const TemporaryFolder& folder) {
  return std::distance(fs::directory_iterator(folder.path()), fs::directory_iterator());
}

TEST(WriteFile, ReplacesTheFileAndLeavesNothingBeside) {
  const TemporaryFolder folder;
  const auto path = folder / "note.txt";
  write_file(path, std::string("first, and longer"));
  write_file(path, std::string("second"));
  EXPECT_EQ(read_text(path), "second");
  EXPECT_EQ(entries(folder), 1);
}

TEST(WriteFile, FollowsASymbolicLink) {
  const TemporaryFolder folder;
  fs::create_symlink("target.txt", folder / "link.txt");
  write_file(folder / "link.txt", std::string("text"));
  EXPECT_TRUE(fs::is_symlink(folder / "link.txt"));
  EXPECT_EQ(read_text(folder / "target.txt"), "text");
}

TEST(WriteFile, TakesTheLongestNamesThatTheSystemTakes) {
  const TemporaryFolder folder;
  write_file(folder / std::string(255, 'n'), std::string("text"));
  EXPECT_EQ(entries(folder), 1);
}

TEST(WriteFile, RefusesFoldersDevicesAndMissingFolders) {
  const TemporaryFolder folder;
  const std::string text = "text";
  expect_error(ErrorKind::BadRequest, "is not a file", [&] { write_file(folder.path(), text); });
  expect_error(ErrorKind::BadRequest, "is not a file", [&] { write_file("/dev/full", text); });
  expect_error(ErrorKind::BadRequest, "names no file", [&] { write_file(folder / "", text); });
  expect_error(ErrorKind::NotFound, "does not exist", [&] { write_file(folder / "no" / "note.txt", text); });
}

TEST(WriteFile, KeepsTheOldFileWhenTheDiskIsFull) {
  const TemporaryFolder folder;
  const auto path = folder / "note.txt";
  write_file(path, std::string("old"));
  // A limit on file sizes fails the write() half-way, as a full disk does.
  const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit old_limit{};
  getrlimit(RLIMIT_FSIZE, &old_limit);
  const rlimit limit{.rlim_cur = 1000, .rlim_max = old_limit.rlim_max};
  setrlimit(RLIMIT_FSIZE, &limit);
  expect_error(ErrorKind::BadRequest, "note.txt was not written: the disk is full",
               [&] { write_file(path, std::string(5000, 'x')); });
  setrlimit(RLIMIT_FSIZE, &old_limit);
  std::signal(SIGXFSZ, old_handler);
  EXPECT_EQ(read_text(path), "old");
  EXPECT_EQ(entries(folder), 1);
}

TEST(ReplaceFile, GivesTheWriterAPathWithTheSameExtension) {
  const TemporaryFolder folder;
  replace_file(folder / "film.mp4", [](const fs::path& temporary) {
    EXPECT_EQ(temporary.extension(), ".mp4");
    std::ofstream(temporary) << "film";
  });
  EXPECT_EQ(read_text(folder / "film.mp4"), "film");
}

TEST(ReplaceFile, CleansUpAfterAWriterThatFails) {
  const TemporaryFolder folder;
  const auto path = folder / "film.mp4";
  const auto failing = [&](auto thrown) {
    replace_file(path, [&](const fs::path& temporary) {
      std::ofstream(temporary) << "half";
      throw thrown;
    });
  };
  expect_error(ErrorKind::Unsupported, "codec", [&] { failing(Error(ErrorKind::Unsupported, "codec")); });
  expect_error(ErrorKind::BadRequest, "disk is full",
               [&] { failing(std::system_error(ENOSPC, std::generic_category())); });
  expect_error(ErrorKind::BadRequest, "cannot write",
               [&] { failing(std::system_error(EIO, std::generic_category())); });
  EXPECT_THROW(failing(1), int);
  EXPECT_EQ(entries(folder), 0);
}

TEST(ReplaceFile, ReportsAWriterThatWroteNothing) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::BadRequest, "cannot write",
               [&] { replace_file(folder / "a", [](const auto&) {}); });
}

TEST(ReadFile, ReadsBytesUpToItsLimit) {
  const TemporaryFolder folder;
  const auto path = folder / "bytes";
  write_file(path, std::string("a\0b", 3));
  EXPECT_EQ(read_text(path), std::string("a\0b", 3));
  EXPECT_EQ(read_file(path, 3).size(), 3u);
  write_file(path, std::string());
  EXPECT_TRUE(read_file(path).empty());
}

TEST(ReadFile, RefusesWhatIsMissingTooLongOrAFolder) {
  const TemporaryFolder folder;
  write_file(folder / "long", std::string(100, 'x'));
  expect_error(ErrorKind::NotFound, "cannot open", [&] { read_file(folder / "missing"); });
  expect_error(ErrorKind::BadRequest, "limit of 99 bytes", [&] { read_file(folder / "long", 99); });
  expect_error(ErrorKind::BadRequest, "limit of 10 bytes", [&] { read_file("/dev/zero", 10); });
  expect_error(ErrorKind::BadRequest, "cannot read", [&] { read_file(folder.path()); });
}

}  // namespace
}  // namespace sakuga::core
