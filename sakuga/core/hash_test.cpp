#include "sakuga/core/hash.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/core/test_support.h"

namespace sakuga::core {
namespace {

// FIPS 180-2, appendix B.1.
const std::string kAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, GivesThePublishedDigests) {
  EXPECT_EQ(sha256({}), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256(std::as_bytes(std::span("abc", 3))), kAbc);
}

TEST(Sha256, OfAFileIsThatOfItsBytes) {
  const TemporaryFolder folder;
  EXPECT_EQ(sha256_file(folder.write("abc.txt", "abc")), kAbc);
}

TEST(Sha256, OfAMissingFileOrAFolderIsNotFound) {
  for (const auto& path :
       {std::filesystem::path("/nonexistent/file"), std::filesystem::temp_directory_path()}) {
    try {
      sha256_file(path);
      FAIL() << path;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::NotFound);
    }
  }
}

}  // namespace
}  // namespace sakuga::core
