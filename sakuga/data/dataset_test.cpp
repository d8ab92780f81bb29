#include "sakuga/data/dataset.h"

#include <sys/wait.h>
#include <unistd.h>

#include <thread>

#include "sakuga/core/files.h"
#include "sakuga/data/schema.h"
#include "sakuga/data/sqlite.h"
#include "sakuga/data/test_pictures.h"

namespace sakuga::data {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;

NewPicture new_picture(uint64_t seed, std::vector<NamedScore> tags = {}, std::string licence = "CC-BY-4.0") {
  const auto image = test_picture(seed);
  return {.bytes = media::encode_png(image),
          .width = image.width,
          .height = image.height,
          .sha256 = pixel_sha256(image),
          .phash = seed,
          .split = split_of(pixel_sha256(image)),
          .tags = std::move(tags),
          .origin = {.source = "tests", .author = "me", .licence = std::move(licence), .file = "a.png"}};
}

fs::path dataset_of(const TemporaryFolder& folder, const std::vector<NewPicture>& pictures,
                    const char* name = "a.dataset") {
  edit_dataset(folder / name, [&](DatasetEditor& editor) {
    for (const auto& picture : pictures) editor.add(picture);
  });
  return folder / name;
}

TEST(TagName, IsLowerCaseWithUnderscores) {
  EXPECT_EQ(tag_name("  Twin Tail "), "twin_tail");
  EXPECT_EQ(tag_name("\xe7\x8c\xab"), "\xe7\x8c\xab");
  expect_error(ErrorKind::BadRequest, "is empty", [] { tag_name("  "); });
  expect_error(ErrorKind::BadRequest, "comma", [] { tag_name("a,b"); });
  expect_error(ErrorKind::BadRequest, "not UTF-8", [] { tag_name("\xff"); });
}

TEST(Split, TestsOneInTenByTheHash) {
  EXPECT_EQ(split_of("0000000a" + std::string(56, 'f')), Split::Test);
  EXPECT_EQ(split_of("0000000b" + std::string(56, '0')), Split::Train);
  EXPECT_EQ(split_from_name("test"), Split::Test);
  expect_error(ErrorKind::BadRequest, "not 'tset'", [] { split_from_name("tset"); });
}

TEST(PixelSha256, DependsOnShapeAndPixels) {
  media::Image8 wide(2, 1, 1), tall(1, 2, 1);
  EXPECT_NE(pixel_sha256(wide), pixel_sha256(tall));
  wide.bytes[0] = 1;
  EXPECT_NE(pixel_sha256(wide), pixel_sha256(media::Image8(2, 1, 1)));
}

TEST(Dataset, GivesBackWhatWentIn) {
  const TemporaryFolder folder;
  const auto first = new_picture(1, {{"smile", 1}, {"blue_eyes", 0.5f}}),
             second = new_picture(2, {{"smile", 1}});
  const auto data = Dataset::open(dataset_of(folder, {first, second}));
  EXPECT_EQ(data.size(), 2);
  EXPECT_EQ(data.tag_names(), (std::vector<std::string>{"blue_eyes", "smile"}));
  const auto pictures = data.pictures(Split::All);
  ASSERT_EQ(pictures.size(), 2u);
  EXPECT_EQ(pictures[0].tags, (std::vector<TagScore>{{0, 0.5f}, {1, 1}}));
  EXPECT_EQ(pictures[1].tags, (std::vector<TagScore>{{1, 1}}));
  EXPECT_EQ(pictures[0].sha256, first.sha256);
  EXPECT_EQ(pictures[1].phash, 2u);
  EXPECT_EQ(data.decode(pictures[0].id), test_picture(1));
  EXPECT_EQ(data.encoded(pictures[1].id), second.bytes);
  EXPECT_EQ(data.origin(pictures[0].id), first.origin);
  EXPECT_EQ(data.size(Split::Train) + data.size(Split::Test), 2);
  EXPECT_EQ(data.pictures(Split::Test).size(), static_cast<size_t>(data.size(Split::Test)));
  expect_error(ErrorKind::NotFound, "has no picture 77", [&] { data.decode(77); });
}

TEST(Dataset, TakesNoPictureTwice) {
  const TemporaryFolder folder;
  edit_dataset(folder / "a.dataset", [](DatasetEditor& editor) {
    EXPECT_EQ(editor.last_id(), 0);
    EXPECT_TRUE(editor.add(new_picture(1)));
    EXPECT_FALSE(editor.add(new_picture(1, {{"smile", 1}})));
    EXPECT_EQ(editor.find(new_picture(1).sha256), 1);
    EXPECT_FALSE(editor.find(new_picture(2).sha256));
  });
  EXPECT_TRUE(Dataset::open(folder / "a.dataset").tag_names().empty());
}

TEST(Dataset, DigestDependsOnContentNotOnOrderOrDate) {
  const TemporaryFolder folder;
  auto a = new_picture(1, {{"x", 1}}), b = new_picture(2);
  const auto digest = [&](const std::vector<NewPicture>& pictures) {
    static int count = 0;
    return Dataset::open(dataset_of(folder, pictures, fmt::format("{}.dataset", count++).c_str())).digest();
  };
  const std::string first = digest({a, b});
  a.origin.retrieved = "2020-01-01";
  EXPECT_EQ(digest({b, a}), first);
  a.tags[0].score = 0.5f;
  EXPECT_NE(digest({a, b}), first);
  a.tags[0].score = 1;
  a.origin.author = "you";
  EXPECT_NE(digest({a, b}), first);
}

TEST(Dataset, SumsUpItsLicences) {
  const TemporaryFolder folder;
  const auto data =
      Dataset::open(dataset_of(folder, {new_picture(1), new_picture(2), new_picture(3, {}, "CC0-1.0")}));
  const auto summary = data.licences();
  EXPECT_EQ(summary.counts, (std::map<std::string, int64_t>{{"CC-BY-4.0", 2}, {"CC0-1.0", 1}}));
  ASSERT_EQ(summary.credits.size(), 1u);
  EXPECT_EQ(summary.credits[0],
            (Credit{.author = "me", .source = "tests", .licence = "CC-BY-4.0", .pictures = 2}));
  EXPECT_EQ(summary.dataset_digest, data.digest());
}

TEST(Dataset, DecodesFromSeveralThreads) {
  const TemporaryFolder folder;
  std::vector<NewPicture> pictures;
  for (uint64_t seed = 0; seed < 20; ++seed) pictures.push_back(new_picture(seed));
  const auto data = Dataset::open(dataset_of(folder, pictures));
  const auto read_all = [&] {
    for (uint64_t seed = 0; seed < 20; ++seed) {
      EXPECT_EQ(data.decode(static_cast<int64_t>(seed) + 1), test_picture(seed));
    }
  };
  std::jthread other(read_all);
  read_all();
}

TEST(Dataset, RefusesWhatIsNoDataset) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::NotFound, "there is no file", [&] { Dataset::open(folder / "none.dataset"); });
  expect_error(ErrorKind::CorruptInput, "is not a dataset",
               [&] { Dataset::open(folder.write("text.dataset", std::string(5000, 'x'))); });
  expect_error(ErrorKind::CorruptInput, "not a Sakuga dataset",
               [&] { Dataset::open(folder.write("empty.dataset", "")); });
  expect_error(ErrorKind::BadRequest, "cannot use", [&] { Dataset::open(folder.path()); });
  Database(folder / "other.dataset", Database::Mode::Create).run("CREATE TABLE x (y)");
  expect_error(ErrorKind::CorruptInput, "not a Sakuga dataset",
               [&] { Dataset::open(folder / "other.dataset"); });
}

TEST(Dataset, RefusesOtherSchemaVersions) {
  const TemporaryFolder folder;
  const auto path = dataset_of(folder, {new_picture(1)});
  Database(path, Database::Mode::Write).run("PRAGMA user_version = 9");
  expect_error(ErrorKind::Unsupported, "schema 9, this Sakuga reads 1; it comes from a newer one",
               [&] { Dataset::open(path); });
  Database(path, Database::Mode::Write).run("PRAGMA user_version = 0");
  expect_error(ErrorKind::Unsupported, "an older one", [&] { edit_dataset(path, [](DatasetEditor&) {}); });
}

TEST(Dataset, RefusesDamagedFiles) {
  const TemporaryFolder folder;
  const auto path = dataset_of(folder, {new_picture(1, {{"x", 1}}), new_picture(2)});
  const auto damaged = [&](const std::string& sql, const std::string& message) {
    fs::copy_file(path, folder / "b.dataset", fs::copy_options::overwrite_existing);
    Database(folder / "b.dataset", Database::Mode::Write).run(sql);
    expect_error(ErrorKind::CorruptInput, message, [&] {
      const auto data = Dataset::open(folder / "b.dataset");
      data.decode(1);
      data.origin(1);
    });
  };
  damaged("DROP TABLE tag", "no such table: tag");
  damaged("DROP TABLE origin; CREATE VIEW origin AS SELECT 1", "no views or triggers");
  damaged("INSERT INTO tag VALUES (99, 'x', 1)", "has no picture or no score");
  damaged("UPDATE picture SET width = 0", "has no size");
  damaged("UPDATE picture SET width = 9", "is 24 x 24, the table says 9 x 24");
  damaged("UPDATE picture SET bytes = zeroblob(100)", "got something else");
  damaged("DELETE FROM origin", "has no origin");
  const std::string bytes = core::read_text(path);
  folder.write("cut.dataset", bytes.substr(0, bytes.size() / 2));
  expect_error(ErrorKind::CorruptInput, "is damaged", [&] { Dataset::open(folder / "cut.dataset"); });
}

TEST(EditDataset, NeedsAnOriginAndProperTags) {
  const TemporaryFolder folder;
  auto homeless = new_picture(1);
  homeless.origin.source = "";
  expect_error(ErrorKind::BadRequest, "needs a source and a licence",
               [&] { dataset_of(folder, {homeless}); });
  expect_error(ErrorKind::BadRequest, "is no tag", [&] {
    dataset_of(folder, {new_picture(1, {{"Big", 1}})});
  });
  EXPECT_TRUE(fs::is_empty(folder.path()));
}

TEST(EditDataset, ThatThrowsLeavesTheOldFile) {
  const TemporaryFolder folder;
  const auto path = dataset_of(folder, {new_picture(1)});
  const std::string before = core::read_text(path);
  EXPECT_THROW(edit_dataset(path,
                            [](DatasetEditor& editor) {
                              editor.add(new_picture(2));
                              throw std::runtime_error("no");
                            }),
               std::runtime_error);
  EXPECT_EQ(core::read_text(path), before);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder.path()), {}), 1);
}

TEST(EditDataset, IsRefusedWhileAnotherIsUnderWay) {
  const TemporaryFolder folder;
  const auto path = dataset_of(folder, {new_picture(1)});
  edit_dataset(path, [&](DatasetEditor&) {
    EXPECT_EQ(Dataset::open(path).size(), 1);
    expect_error(ErrorKind::BadRequest, "is being changed by another",
                 [&] { edit_dataset(path, [](DatasetEditor&) {}); });
    // From another process too, which sees none of SQLite's locks in this one.
    const pid_t child = ::fork();
    if (child == 0) {
      try {
        edit_dataset(path, [](DatasetEditor&) {});
      } catch (const core::Error&) {
        ::_exit(1);
      }
      ::_exit(0);
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(WEXITSTATUS(status), 1);
  });
}

TEST(EditDataset, DoesNotReplaceADatasetThatWasMadeMeanwhile) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::BadRequest, "is being changed by another", [&] {
    edit_dataset(folder / "a.dataset", [&](DatasetEditor&) { dataset_of(folder, {new_picture(1)}); });
  });
  EXPECT_EQ(Dataset::open(folder / "a.dataset").size(), 1);
}

TEST(EditDataset, AddsAndRemovesTags) {
  const TemporaryFolder folder;
  const auto path = dataset_of(folder, {new_picture(1, {{"old", 1}}), new_picture(2)});
  edit_dataset(path, [](DatasetEditor& editor) {
    const std::vector<int64_t> both = {1, 2};
    EXPECT_EQ(editor.add_tag(both, {"new", 0.5f}), 2);
    EXPECT_EQ(editor.remove_tag(both, "old"), 1);
    expect_error(ErrorKind::BadRequest, "is no tag", [&] { editor.add_tag(both, {"New", 1}); });
  });
  EXPECT_EQ(Dataset::open(path).tag_names(), std::vector<std::string>{"new"});
}

TEST(Database, SaysThatTheDiskIsFull) {
  const TemporaryFolder folder;
  Database database(folder / "full", Database::Mode::Create);
  database.run("CREATE TABLE x (y); PRAGMA max_page_count = 4");
  expect_error(ErrorKind::BadRequest, "the disk is full",
               [&] { database.run("INSERT INTO x VALUES (randomblob(100000))"); });
}

TEST(Database, SaysThatAFileCannotBeOpened) {
  const TemporaryFolder folder;
  expect_error(ErrorKind::BadRequest, "cannot use",
               [&] { Database(folder / "none" / "x", Database::Mode::Create).run("CREATE TABLE x (y)"); });
}

}  // namespace
}  // namespace sakuga::data
