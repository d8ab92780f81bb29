#include "sakuga/data/sources.h"

#include "sakuga/core/files.h"
#include "sakuga/data/test_pictures.h"

namespace sakuga::data {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;
using Names = std::vector<std::string>;

std::string read_text(Source& source, size_t index) {
  return text_of(source.read(index));
}

// Changes four bytes at `offset` behind the first `mark` in a zip.
void patch(const fs::path& zip, const std::string& mark, size_t offset, uint32_t value) {
  std::string bytes = core::read_text(zip);
  const size_t at = bytes.find(mark);
  for (size_t i = 0; i < 4; ++i) bytes[at + offset + i] = static_cast<char>(value >> (8 * i));
  core::write_file(zip, bytes);
}

const std::string kLocalHeader = "PK\3\4", kDirectory = "PK\1\2";

TEST(FolderSource, ListsFilesInOrderWithoutHiddenOnes) {
  const TemporaryFolder folder;
  folder.write("b.png", "b");
  folder.write("a/z.png", "z");
  folder.write("a/.thumb.png", "");
  folder.write(".git/x.png", "");
  const auto source = open_source(folder.path());
  EXPECT_EQ(source->files(), (Names{"a/z.png", "b.png"}));
  EXPECT_EQ(source->name(), folder.path().filename());
  EXPECT_TRUE(source->is_folder());
  EXPECT_EQ(read_text(*source, 1), "b");
  EXPECT_EQ(source->find("b.png"), 1u);
  EXPECT_FALSE(source->find("c.png"));
}

TEST(FolderSource, FollowsNoLinkOut) {
  const TemporaryFolder folder, outside;
  folder.write("a.png", "a");
  fs::create_symlink(folder / "a.png", folder / "inside.png");
  fs::create_symlink(outside.write("secret.png", "s"), folder / "out.png");
  fs::create_directory_symlink(outside.path(), folder / "more");
  fs::create_symlink(folder / "nowhere", folder / "broken.png");
  const auto source = open_source(folder.path());
  EXPECT_EQ(source->files(), (Names{"a.png", "inside.png"}));
  ASSERT_EQ(source->notes().size(), 1u);
  EXPECT_NE(source->notes()[0].find("3 links that lead out"), std::string::npos);
}

TEST(FileSource, IsASourceOfOne) {
  const TemporaryFolder folder;
  const auto source = open_source(folder.write("a.png", "bytes"));
  EXPECT_EQ(source->files(), Names{"a.png"});
  EXPECT_EQ(read_text(*source, 0), "bytes");
}

TEST(Source, LimitsTheSizeOfFiles) {
  const TemporaryFolder folder;
  folder.write("in/a.png", std::string(1000, 'x'));
  const SourceLimits limits = {.max_file_bytes = 999};
  expect_error(ErrorKind::BadRequest, "999", [&] { open_source(folder / "in", limits)->read(0); });
  const auto zip = write_zip(folder / "a.zip", {{"a.png", std::string(1000, 'x')}});
  expect_error(ErrorKind::BadRequest, "a.png in a.zip has 1000 bytes, the limit is 999",
               [&] { open_source(zip, limits)->read(0); });
}

TEST(Source, MustExist) {
  expect_error(ErrorKind::NotFound, "there is nothing at", [] { open_source("/no/such/folder"); });
}

TEST(Source, KnowsPicturesByTheirExtension) {
  EXPECT_TRUE(is_picture_name("a/b.JPG"));
  EXPECT_FALSE(is_picture_name("tags.csv"));
  EXPECT_FALSE(is_picture_name("png"));
}

TEST(ZipSource, ListsFilesInOrderWithoutHiddenOnes) {
  const TemporaryFolder folder;
  const auto zip = write_zip(
      folder / "a.zip",
      {{"b.png", "bb"}, {"a/z.png", "z"}, {"a/", ""}, {"__MACOSX/._b.png", "x"}, {"a/.DS_Store", "x"}});
  const auto source = open_source(zip);
  EXPECT_EQ(source->files(), (Names{"a/z.png", "b.png"}));
  EXPECT_EQ(read_text(*source, 0), "z");
  EXPECT_EQ(read_text(*source, 1), "bb");
  EXPECT_FALSE(source->is_folder());
}

TEST(ZipSource, RefusesNamesThatLeadOut) {
  const TemporaryFolder folder;
  for (const char* name : {"../a.png", "a/../../b.png", "/etc/a.png", "C:\\a.png", "a\\..\\b.png", ".."}) {
    const auto zip = write_zip(folder / "a.zip", {{name, "x"}});
    expect_error(ErrorKind::CorruptInput, "leads out of it", [&] { open_source(zip); });
  }
}

TEST(ZipSource, RefusesBombsByTheirDeclaredSize) {
  const TemporaryFolder folder;
  const auto zip = write_zip(folder / "a.zip", {{"a.png", std::string(4 << 20, '\0')}});
  expect_error(ErrorKind::CorruptInput, "is a zip bomb: a.png unpacks from", [&] { open_source(zip); });
}

TEST(ZipSource, RefusesFilesThatOverlap) {
  const TemporaryFolder folder;
  const auto zip = write_zip(folder / "a.zip", {{"a.png", std::string(1000, 'x')}}, false);
  constexpr size_t kPackedSize = 20;
  patch(zip, kDirectory, kPackedSize, 5000);
  expect_error(ErrorKind::CorruptInput, "its files overlap", [&] { open_source(zip); });
}

TEST(ZipSource, RefusesFilesThatUnpackToMoreThanTheyDeclare) {
  const TemporaryFolder folder;
  const auto zip = write_zip(folder / "a.zip", {{"a.png", std::string(100'000, 'x')}});
  constexpr size_t kSizeInDirectory = 24, kSizeInHeader = 22;
  patch(zip, kDirectory, kSizeInDirectory, 10);
  patch(zip, kLocalHeader, kSizeInHeader, 10);
  expect_error(ErrorKind::CorruptInput, "a.png in a.zip cannot be unpacked",
               [&] { open_source(zip)->read(0); });
}

TEST(ZipSource, RefusesDamagedFiles) {
  const TemporaryFolder folder;
  std::string noise(3000, ' ');
  core::Rng rng(1);
  for (char& c : noise) c = static_cast<char>(rng.below(256));
  const auto zip = write_zip(folder / "a.zip", {{"a.png", noise}}, false);
  patch(zip, noise.substr(1000, 20), 0, 0);
  expect_error(ErrorKind::CorruptInput, "cannot be unpacked", [&] { open_source(zip)->read(0); });
  const std::string bytes = core::read_text(zip);
  expect_error(ErrorKind::CorruptInput, "cannot open the zip",
               [&] { open_source(folder.write("cut.zip", bytes.substr(0, 1000))); });
  expect_error(ErrorKind::CorruptInput, "cannot open the zip",
               [&] { open_source(folder.write("no.zip", "")); });
}

TEST(ZipSource, RefusesEncryptedFiles) {
  const TemporaryFolder folder;
  const auto zip = write_zip(folder / "a.zip", {{"a.png", "x"}}, true, "secret");
  expect_error(ErrorKind::Unsupported, "a.png is encrypted", [&] { open_source(zip); });
}

}  // namespace
}  // namespace sakuga::data
