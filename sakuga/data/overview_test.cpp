#include "sakuga/data/overview.h"

#include <nlohmann/json.hpp>

#include "sakuga/data/phash.h"
#include "sakuga/data/test_pictures.h"

namespace sakuga::data {
namespace {

Dataset dataset_of(const TemporaryFolder& folder, const std::vector<media::Image8>& images) {
  edit_dataset(folder / "a.dataset", [&](DatasetEditor& editor) {
    for (const auto& image : images) {
      editor.add({.bytes = media::encode_png(image),
                  .width = image.width,
                  .height = image.height,
                  .sha256 = pixel_sha256(image),
                  .phash = perceptual_hash(image),
                  .tags = {{"drawn", 1}},
                  .origin = {.source = "tests", .licence = "CC0-1.0"}});
    }
  });
  return Dataset::open(folder / "a.dataset");
}

TEST(Overview, CountsPicturesTagsAndLicences) {
  const TemporaryFolder folder;
  const auto data = dataset_of(folder, {test_picture(1, 20, 30), test_picture(2, 40, 30)});
  const auto json = overview_json(data);
  EXPECT_EQ(json["pictures"], 2);
  EXPECT_EQ(json["tags"]["drawn"]["train"], 2);
  EXPECT_EQ(json["sizes"]["20 x 30"], 1);
  EXPECT_EQ(json["licences"]["counts"]["CC0-1.0"], 2);
  const std::string text = overview_text(data);
  EXPECT_NE(text.find("2 pictures of 20-40 x 30 pixels, 2 to train and 0 to test"), std::string::npos)
      << text;
  EXPECT_NE(text.find("2       0 drawn"), std::string::npos) << text;
}

TEST(Overview, NamesLookAlikes) {
  const TemporaryFolder folder;
  auto changed = smooth_picture(1);
  changed.bytes[5] ^= 1;
  const auto data = dataset_of(folder, {smooth_picture(1), smooth_picture(2), changed});
  const auto groups = look_alikes(data);
  ASSERT_EQ(groups.size(), 1u);
  EXPECT_EQ(groups[0][1].id, 3);
}

TEST(DatasetSheet, SpreadsOverTheChosenAndReducesLargeOnes) {
  const TemporaryFolder folder;
  const auto data =
      dataset_of(folder, {test_picture(1), test_picture(2), test_picture(3), test_picture(4, 100, 50)});
  const auto sheet = dataset_sheet(data, data.pictures(Split::All), {.count = 4, .columns = 0, .side = 32});
  EXPECT_EQ(sheet.width, 2 * 32 + 3 * 2);
  const auto row = dataset_sheet(data, data.pictures(Split::All), {.count = 2, .columns = 2, .side = 24});
  EXPECT_EQ(row.width, 2 * 24 + 3 * 2);
  EXPECT_EQ(row.height, 24 + 2 * 2);
  EXPECT_EQ(*row.at(2, 2), *test_picture(1).at(0, 0));
  EXPECT_EQ(*row.at(28, 2), *test_picture(3).at(0, 0));
}

}  // namespace
}  // namespace sakuga::data
