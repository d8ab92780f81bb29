#include "sakuga/data/import.h"

#include <algorithm>

#include "sakuga/core/files.h"
#include "sakuga/core/hash.h"
#include "sakuga/data/dataset.h"
#include "sakuga/data/test_pictures.h"
#include "sakuga/media/resize.h"

namespace sakuga::data {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;

ImportOptions free_pictures() {
  ImportOptions options;
  options.licence = "CC0-1.0";
  options.source = "tests";
  options.retrieved = "2020-02-02";
  return options;
}

// A folder "in" of pictures, and a dataset beside it.
class ImportFolder : public TemporaryFolder {
 public:
  void add(const std::string& name, const std::string& bytes) const { write("in/" + name, bytes); }
  ImportReport import(const ImportOptions& options = free_pictures()) const {
    const std::vector<fs::path> inputs = {*this / "in"};
    return import_pictures(dataset(), inputs, options);
  }
  fs::path dataset() const { return *this / "out.dataset"; }
  Dataset open() const { return Dataset::open(dataset()); }
};

TEST(Import, StoresPicturesWithTheirOrigin) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1)));
  folder.add("sub/b.webp", "");
  media::write_image(folder / "in/sub/b.webp", test_picture(2, 20, 30, 4));
  folder.add("readme.txt", "no picture");
  auto options = free_pictures();
  options.author = "me";
  options.url = "https://x.org";
  const auto report = folder.import(options);
  EXPECT_EQ(report.added, 2);
  EXPECT_TRUE(report.skipped.empty());
  EXPECT_TRUE(report.notes.empty());
  const auto data = folder.open();
  EXPECT_EQ(data.decode(1), test_picture(1));
  EXPECT_EQ(data.decode(2), test_picture(2, 20, 30, 4));
  EXPECT_EQ(data.origin(2), (Origin{.source = "tests",
                                    .author = "me",
                                    .licence = "CC0-1.0",
                                    .url = "https://x.org",
                                    .retrieved = "2020-02-02",
                                    .file = "sub/b.webp"}));
}

TEST(Import, AddsNothingTheSecondTime) {
  const ImportFolder folder;
  for (uint64_t seed = 0; seed < 5; ++seed)
    folder.add(fmt::format("{}.png", seed), png_text(test_picture(seed)));
  folder.add("copy.jpg", png_text(test_picture(3)));
  const auto first = folder.import();
  EXPECT_EQ(first.added, 5);
  EXPECT_EQ(first.repeated, 1);
  const std::string bytes = core::read_text(folder.dataset());
  const auto second = folder.import();
  EXPECT_EQ(second.added, 0);
  EXPECT_EQ(second.present, 6);
  EXPECT_EQ(core::read_text(folder.dataset()), bytes);
  folder.add("new.png", png_text(test_picture(9)));
  EXPECT_EQ(folder.import().added, 1);
  EXPECT_EQ(folder.open().size(), 6);
}

TEST(Import, IsRepeatableToTheByte) {
  const ImportFolder one, two;
  for (uint64_t seed = 0; seed < 150; ++seed) {
    for (const auto* folder : {&one, &two}) {
      folder->add(fmt::format("{}.png", seed), png_text(test_picture(seed, 10 + seed % 50, 10 + seed % 50)));
    }
  }
  auto options = free_pictures();
  options.size = 16;
  EXPECT_EQ(one.import(options).added, 150);
  two.import(options);
  EXPECT_EQ(core::sha256_file(one.dataset()), core::sha256_file(two.dataset()));
}

TEST(Import, ReadsZipsLikeFolders) {
  const ImportFolder folder;
  std::map<std::string, std::string> files;
  for (uint64_t seed = 0; seed < 9; ++seed)
    files[fmt::format("p/{}.png", seed)] = png_text(test_picture(seed));
  for (const auto& [name, bytes] : files) folder.add(name, bytes);
  folder.import();
  const std::vector<fs::path> zip = {write_zip(folder / "a.zip", files)};
  EXPECT_EQ(import_pictures(folder / "zip.dataset", zip, free_pictures()).added, 9);
  EXPECT_EQ(core::read_text(folder / "zip.dataset").size(), core::read_text(folder.dataset()).size());
  EXPECT_EQ(Dataset::open(folder / "zip.dataset").digest(), folder.open().digest());
}

TEST(Import, CropsAndResizes) {
  const ImportFolder folder;
  const auto wide = test_picture(1, 60, 40);
  folder.add("a.png", png_text(wide));
  auto options = free_pictures();
  options.size = 20;
  expect_error(ErrorKind::BadRequest, "a.png is 60 x 40: making it a square of 20 needs --crop",
               [&] { folder.import(options); });
  EXPECT_FALSE(fs::exists(folder.dataset()));
  options.crop = "centre";
  folder.import(options);
  media::Image8 middle(40, 40, 3);
  for (int y = 0; y < 40; ++y) std::copy_n(wide.at(10, y), 120, middle.at(0, y));
  EXPECT_EQ(folder.open().decode(1), media::resize(middle, 20, 20));
}

TEST(Import, KeepsFilesWhosePixelsStayAsTheyAre) {
  const ImportFolder folder;
  const std::string jpeg = jpeg_text(test_picture(1, 32, 32));
  folder.add("a.jpg", jpeg);
  const std::string png = text_of(media::encode_png(test_picture(2, 32, 32), {{"parameters", "a cat"}}));
  folder.add("b.png", png);
  media::write_image(folder / "in/c.webp", test_picture(3, 32, 32));
  auto options = free_pictures();
  options.size = 32;
  options.crop = "centre";
  folder.import(options);
  EXPECT_EQ(text_of(folder.open().encoded(1)), jpeg);
  EXPECT_EQ(text_of(folder.open().encoded(2)), png);
  EXPECT_EQ(text_of(folder.open().encoded(3)), png_text(test_picture(3, 32, 32)));
}

TEST(Import, PutsAPictureOnTheSameSideAtEverySize) {
  const ImportFolder small, large;
  for (uint64_t seed = 0; seed < 100; ++seed) {
    for (const auto* folder : {&small, &large}) {
      folder->add(fmt::format("{:03}.png", seed), png_text(test_picture(seed)));
    }
  }
  auto options = free_pictures();
  options.size = 16;
  small.import(options);
  large.import();
  const auto a = small.open().pictures(Split::All), b = large.open().pictures(Split::All);
  ASSERT_EQ(a.size(), 100u);
  for (size_t i = 0; i < a.size(); ++i) EXPECT_EQ(a[i].split, b[i].split);
  EXPECT_GT(small.open().size(Split::Test), 2);
  EXPECT_LT(small.open().size(Split::Test), 25);
}

TEST(Import, TakesTagsAndOriginsFromATable) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1)));
  folder.add("b.png", png_text(test_picture(2)));
  folder.add("t.csv", "file,hair,licence,author\na.png,red,CC-BY-4.0,Johan\nb.png,blue,,\nc.png,red,,\n");
  auto options = free_pictures();
  options.tags = {"csv:t.csv", "folders"};
  const auto report = folder.import(options);
  EXPECT_EQ(report.notes, std::vector<std::string>{"in/t.csv: 1 row names no picture that was read: c.png"});
  const auto data = folder.open();
  EXPECT_EQ(data.tag_names(), (std::vector<std::string>{"blue_hair", "in", "red_hair"}));
  EXPECT_EQ(data.origin(1).author, "Johan");
  EXPECT_EQ(data.origin(2).licence, "CC0-1.0");
}

TEST(Import, NotesLicencesThatWantAttention) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1)));
  auto options = free_pictures();
  options.licence = "CC-BY-4";
  auto report = folder.import(options);
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("did you mean CC-BY-4.0?"), std::string::npos);
  folder.add("b.png", png_text(test_picture(2)));
  options.licence = "CC-BY-4.0";
  options.size = 48;
  report = folder.import(options);
  ASSERT_EQ(report.notes.size(), 2u);
  EXPECT_NE(report.notes[0].find("want the author named"), std::string::npos);
  EXPECT_NE(report.notes[1].find("enlarged to 48 pixels"), std::string::npos);
}

TEST(Import, ReportsNearDuplicates) {
  const ImportFolder folder;
  for (uint64_t seed = 0; seed < 6; ++seed)
    folder.add(fmt::format("{}.png", seed), png_text(smooth_picture(seed)));
  auto changed = smooth_picture(4);
  changed.bytes[0] ^= 1;
  folder.add("9.png", png_text(changed));
  EXPECT_EQ(folder.import().near_duplicates, (std::vector<std::vector<int64_t>>{{5, 7}}));
}

// Everything that is wrong with pictures, by name.
std::map<std::string, std::string> bad_pictures() {
  const std::string png = png_text(test_picture(1, 64, 64)), jpeg = jpeg_text(test_picture(2, 64, 64));
  std::string huge = png_text(test_picture(1));
  huge.replace(16, 8, std::string("\0\0\x4e\x20\0\0\x4e\x20", 8));  // 20,000 x 20,000 in the header.
  std::string animated = png;
  const std::string chunk(
      "\0\0\0\x08"
      "acTL"
      "\0\0\0\x02\0\0\0\0"
      "\xf3\x8d\x93\x70",
      20);
  animated.insert(33, chunk);
  return {{"animated.png", animated},
          {"cut.jpg", jpeg.substr(0, jpeg.size() / 2)},
          {"cut.png", png.substr(0, png.size() / 2)},
          {"huge.png", huge},
          {"text.png", "this is no picture"},
          {"zero.png", ""},
          {"anim.gif", "GIF89a"}};
}

TEST(Import, OfABadPictureAddsNothing) {
  for (const auto& [name, bytes] : bad_pictures()) {
    const ImportFolder folder;
    folder.add("good.png", png_text(test_picture(1)));
    folder.import();
    const std::string before = core::read_text(folder.dataset());
    folder.add("better.png", png_text(test_picture(2)));
    folder.add(name, bytes);
    try {
      folder.import();
      ADD_FAILURE() << name << " was accepted";
    } catch (const core::Error& error) {
      EXPECT_NE(std::string(error.what()).find("in/" + name), std::string::npos) << error.what();
      EXPECT_NE(error.kind(), ErrorKind::Internal) << error.what();
    }
    EXPECT_EQ(core::read_text(folder.dataset()), before);
  }
}

TEST(Import, SkipsAndListsBadPicturesIfToldToKeepGoing) {
  const ImportFolder folder;
  const auto bad = bad_pictures();
  for (const auto& [name, bytes] : bad) folder.add(name, bytes);
  folder.add("good.png", png_text(test_picture(7)));
  folder.add("one.png", png_text(media::Image8(1, 1, 3)));
  auto options = free_pictures();
  options.keep_going = true;
  const auto report = folder.import(options);
  EXPECT_EQ(report.added, 2);
  EXPECT_EQ(report.skipped.size(), bad.size());
  for (const auto& skipped : report.skipped)
    EXPECT_TRUE(bad.contains(skipped.file.substr(3))) << skipped.file;
}

TEST(Import, SkipsPicturesThatTheTableSaysNothingOf) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1)));
  folder.add("b.png", png_text(test_picture(2)));
  folder.add("t.csv", "file,hair\na.png,red\n");
  auto options = free_pictures();
  options.tags = {"csv:t.csv"};
  expect_error(ErrorKind::CorruptInput, "has no row for b.png. Nothing was imported",
               [&] { folder.import(options); });
  options.keep_going = true;
  EXPECT_EQ(folder.import(options).skipped.size(), 1u);
}

TEST(Import, OfNothingButBadPicturesFails) {
  const ImportFolder folder;
  folder.add("bad.png", "bad");
  auto options = free_pictures();
  options.keep_going = true;
  expect_error(ErrorKind::CorruptInput, "none of the 1 pictures", [&] { folder.import(options); });
  EXPECT_FALSE(fs::exists(folder.dataset()));
}

TEST(Import, RefusesOptionsThatDoNotFit) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1)));
  const auto refused = [&](const std::string& message, auto&& change) {
    auto options = free_pictures();
    change(options);
    expect_error(ErrorKind::BadRequest, message, [&] { folder.import(options); });
  };
  refused("say where the pictures come from", [](auto& options) { options.licence = ""; });
  refused("say where the pictures come from", [](auto& options) { options.source = ""; });
  refused("not 'middle'", [](auto& options) { options.crop = "middle"; });
  refused("needs a detector or a cascade", [](auto& options) { options.crop = "face"; });
  refused("is for --crop face", [](auto& options) { options.cascade = "x.xml"; });
  refused("1 to 4096", [](auto& options) { options.size = 5000; });
  refused("got 'tags.csv'", [](auto& options) { options.tags = {"tags.csv"}; });
  expect_error(ErrorKind::BadRequest, "name a folder",
               [&] { import_pictures(folder.dataset(), {}, free_pictures()); });
  const std::vector<fs::path> empty = {folder.write("empty/readme.txt", "").parent_path()};
  expect_error(ErrorKind::BadRequest, "there are no pictures in empty (1 other files)",
               [&] { import_pictures(folder.dataset(), empty, free_pictures()); });
}

TEST(Import, RefusesToAddToWhatIsNoDataset) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1)));
  folder.write("out.dataset", std::string(4096, 'x'));
  expect_error(ErrorKind::CorruptInput, "is not a dataset", [&] { folder.import(); });
  EXPECT_EQ(core::read_text(folder.dataset()), std::string(4096, 'x'));
}

TEST(Import, DecodesLargePicturesAlone) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1, 3300, 3000)));
  folder.add("b.png", png_text(test_picture(2)));
  auto options = free_pictures();
  options.size = 32;
  options.crop = "centre";
  EXPECT_EQ(folder.import(options).added, 2);
  EXPECT_EQ(folder.open().origin(2).file, "a.png");
}

TEST(Import, CutsOutWhatASearchFinds) {
  const ImportFolder folder;
  folder.add("a.png", png_text(test_picture(1, 60, 40)));
  folder.add("b.png", png_text(test_picture(2, 20, 40)));
  auto options = free_pictures();
  options.crop = "face";
  const std::vector<fs::path> inputs = {folder / "in"};
  const auto report = import_pictures(folder.dataset(), inputs, options,
                                      [](const media::Image8& image) -> std::optional<Square> {
                                        if (image.width < 30) return std::nullopt;
                                        return Square{.x = 20, .y = 10, .side = 16};
                                      });
  EXPECT_EQ(report.added, 1);
  EXPECT_EQ(report.skipped.at(0).reason, "no face found");
  EXPECT_EQ(folder.open().decode(1).width, portrait_square({20, 10, 16}).side);
}

TEST(Import, CutsFacesAndListsPicturesWithoutOne) {
  const fs::path shared = SAKUGA_SOURCE_DIR "/../shared";
  if (!fs::exists(shared / "data/open/sprites")) GTEST_SKIP() << "needs " << shared;
  const TemporaryFolder folder;
  folder.write("blank/blank.png", png_text(media::Image8(80, 80, 3)));
  const std::vector<fs::path> inputs = {shared / "data/open/sprites/renpy_sylvie", folder / "blank"};
  auto options = free_pictures();
  options.licence = "MIT";
  options.size = 96;
  options.crop = "face";
  options.cascade = shared / "models/lbpcascade_animeface.xml";
  const auto report = import_pictures(folder / "f.dataset", inputs, options);
  EXPECT_EQ(report.added, 8);
  ASSERT_EQ(report.skipped.size(), 1u);
  EXPECT_EQ(report.skipped[0].reason, "no face found");
  EXPECT_EQ(Dataset::open(folder / "f.dataset").decode(1).width, 96);
}

}  // namespace
}  // namespace sakuga::data
