#include "sakuga/data/export.h"

#include <nlohmann/json.hpp>

#include "sakuga/core/files.h"
#include "sakuga/data/import.h"
#include "sakuga/data/selection.h"
#include "sakuga/data/sources.h"
#include "sakuga/data/test_pictures.h"

namespace sakuga::data {
namespace {

namespace fs = std::filesystem;
using core::ErrorKind;

// Three pictures: red hair and hat; blue hair; red hair.
fs::path small_dataset(const TemporaryFolder& folder, int last_width = 24) {
  folder.write("in/a.png", png_text(test_picture(1, 24, 24, 4)));
  folder.write("in/b.jpg", jpeg_text(test_picture(2)));
  folder.write("in/c.png", png_text(test_picture(3, last_width, 24)));
  folder.write("in/t.csv",
               "file,hair,hat,licence,author\n"
               "a.png,light red,1,CC-BY-4.0,\"Me, myself\"\nb.jpg,blue,0,,\nc.png,light red,0,,\n");
  ImportOptions options;
  options.licence = "CC0-1.0";
  options.source = "te\"sts";
  options.retrieved = "2020-02-02";
  options.tags = {"csv:t.csv"};
  const std::vector<fs::path> inputs = {folder / "in"};
  import_pictures(folder / "a.dataset", inputs, options);
  return folder / "a.dataset";
}

TEST(Selection, ChoosesByTagsAndSplit) {
  const TemporaryFolder folder;
  const auto data = Dataset::open(small_dataset(folder));
  const auto ids = [&](const Selection& selection) {
    std::vector<int64_t> found;
    for (const auto& info : select(data, selection)) found.push_back(info.id);
    return found;
  };
  EXPECT_EQ(ids({}), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(ids({.with = {"light_red_hair"}}), (std::vector<int64_t>{1, 3}));
  EXPECT_EQ(ids({.with = {"light_red_hair", "hat"}}), (std::vector<int64_t>{1}));
  EXPECT_EQ(ids({.without = {"hat", "blue_hair"}}), (std::vector<int64_t>{3}));
  EXPECT_EQ(ids({.split = "train"}).size(), static_cast<size_t>(data.size(Split::Train)));
  expect_error(ErrorKind::BadRequest, "has no tag 'blu_hair'; did you mean blue_hair?",
               [&] { ids({.with = {"blu_hair"}}); });
  expect_error(ErrorKind::NotFound, "no picture", [&] { ids({.with = {"blue_hair", "hat"}}); });
  expect_error(ErrorKind::BadRequest, "not 'half'", [&] { ids({.split = "half"}); });
}

TEST(ExportFolder, IsReadBackByImport) {
  const TemporaryFolder folder;
  const auto data = Dataset::open(small_dataset(folder));
  export_folder(data, data.pictures(Split::All), folder / "out");
  EXPECT_EQ(core::read_text(folder / "out/00000001.txt"), "hat, light red hair\n");
  EXPECT_EQ(core::read_text(folder / "out/00000002.jpg"), text_of(data.encoded(2)));
  ImportOptions options;
  options.licence = "NOASSERTION";
  options.source = "elsewhere";
  options.tags = {"kohya", "csv:licences.csv"};
  const std::vector<fs::path> inputs = {folder / "out"};
  import_pictures(folder / "b.dataset", inputs, options);
  const auto again = Dataset::open(folder / "b.dataset");
  EXPECT_EQ(again.digest(), data.digest());
  EXPECT_EQ(again.origin(1).author, "Me, myself");
  EXPECT_EQ(again.origin(1).retrieved, "2020-02-02");
}

TEST(ExportFolder, OverwritesNothing) {
  const TemporaryFolder folder;
  const auto data = Dataset::open(small_dataset(folder));
  expect_error(ErrorKind::BadRequest, "is there already",
               [&] { export_folder(data, data.pictures(Split::All), folder / "in"); });
  expect_error(ErrorKind::BadRequest, "cannot write",
               [&] { export_folder(data, data.pictures(Split::All), folder / "a.dataset" / "x"); });
}

TEST(ExportStylegan, WritesAPlainZipWithLabels) {
  const TemporaryFolder folder;
  const auto data = Dataset::open(small_dataset(folder));
  export_stylegan(data, data.pictures(Split::All), folder / "out.zip");
  const auto zip = open_source(folder / "out.zip");
  EXPECT_EQ(zip->files(), (std::vector<std::string>{"00000/img00000000.png", "00000/img00000001.png",
                                                    "00000/img00000002.png", "dataset.json"}));
  EXPECT_EQ(media::decode_image8(zip->read(1), "png"), data.decode(2));
  EXPECT_EQ(media::decode_image8(zip->read(0), "png").channels, 3);
  const auto json = nlohmann::json::parse(text_of(zip->read(3)));
  EXPECT_EQ(json["tags"], (std::vector<std::string>{"blue_hair", "hat", "light_red_hair"}));
  EXPECT_EQ(json["labels"][0][0], "00000/img00000000.png");
  EXPECT_EQ(json["labels"][0][1], (std::vector<int>{0, 1, 1}));
  const std::string bytes = core::read_text(folder / "out.zip");
  EXPECT_NE(bytes.find("\x89PNG"), std::string::npos);
  export_stylegan(data, data.pictures(Split::All), folder / "again.zip");
  EXPECT_EQ(core::read_text(folder / "again.zip"), bytes);
}

TEST(ExportStylegan, NumbersClassesWhereEachPictureHasOneTag) {
  const TemporaryFolder folder;
  const auto data = Dataset::open(small_dataset(folder));
  export_stylegan(data, select(data, {.without = {"hat"}}), folder / "out.zip");
  const auto zip = open_source(folder / "out.zip");
  const auto json = nlohmann::json::parse(text_of(zip->read(2)));
  EXPECT_EQ(json["labels"][0][1], 0);
  EXPECT_EQ(json["labels"][1][1], 2);
}

TEST(ExportStylegan, WantsSquaresOfOneSize) {
  const TemporaryFolder folder;
  const auto data = Dataset::open(small_dataset(folder, 30));
  expect_error(ErrorKind::BadRequest, "picture 3 is 30 x 24",
               [&] { export_stylegan(data, data.pictures(Split::All), folder / "out.zip"); });
}

}  // namespace
}  // namespace sakuga::data
