#include "sakuga/train/metrics/picture_set.h"

#include <set>

#include "sakuga/core/test_support.h"
#include "sakuga/data/import.h"
#include "sakuga/media/image_file.h"

namespace sakuga::metrics {
namespace {

using core::ErrorKind;
using core::expect_error;
namespace fs = std::filesystem;

// A folder with pictures a/0.png ... and b/0.png ..., and a dataset of them with the folders as tags.
class Pictures {
 public:
  Pictures() {
    for (int i = 0; i < 40; ++i) {
      media::Image8 picture(8, 8, 3);
      for (size_t p = 0; p < picture.bytes.size(); ++p)
        picture.bytes[p] = uint8_t(p * size_t(i + 1) * 37 >> 2);
      const fs::path folder = root_ / "faces" / (i % 2 ? "a" : "b");
      fs::create_directories(folder);
      media::write_image(folder / (std::to_string(i) + ".png"), picture);
    }
    const std::vector<fs::path> inputs = {root_ / "faces"};
    data::ImportOptions options;
    options.licence = "CC0-1.0";
    options.source = "test";
    options.tags = {"folders"};
    data::import_pictures(dataset(), inputs, options);
  }
  fs::path folder() const { return root_ / "faces"; }
  fs::path dataset() const { return root_ / "faces.dataset"; }

 private:
  core::TemporaryFolder root_;
};

TEST(PictureSet, OpensFoldersAndDatasetsBySplit) {
  const Pictures pictures;
  const auto folder = PictureSet::open(pictures.folder());
  EXPECT_EQ(folder.size(), 40);
  EXPECT_EQ(folder.text(), "faces (40 pictures)");
  EXPECT_EQ(folder.picture(3).width, 8);
  EXPECT_EQ(folder.name(0), "a/1.png");

  const std::string dataset = pictures.dataset().string();
  const auto test = PictureSet::open(dataset + ":test"),
             train = PictureSet::open(dataset, data::Split::Train);
  EXPECT_EQ(test.size() + train.size(), 40);
  EXPECT_NE(train.text().find("faces.dataset, train ("), std::string::npos) << train.text();
}

TEST(PictureSet, KnowsTheTagsOfADataset) {
  const Pictures pictures;
  const auto set = PictureSet::open(pictures.dataset());
  EXPECT_TRUE(set.has_tags());
  for (int64_t i = 0; i < set.size(); ++i) {
    const auto tags = set.tags(i, {"b", "unknown", "a"});
    EXPECT_EQ(tags[0] + tags[2], 1);
    EXPECT_EQ(tags[1], 0);
  }
  EXPECT_FALSE(PictureSet::open(pictures.folder()).has_tags());
  EXPECT_EQ(PictureSet::open(pictures.folder()).tags(0, {"a"}), std::vector<float>{0});
}

TEST(PictureSet, IsSampledAndHalvedWithoutRepeating) {
  const Pictures pictures;
  const auto set = PictureSet::open(pictures.folder());
  const auto names = [](const PictureSet& part) {
    std::set<std::string> names;
    for (int64_t i = 0; i < part.size(); ++i) names.insert(part.name(i));
    return names;
  };
  const auto ten = set.sample(10, 1);
  EXPECT_EQ(ten.text(), "faces (10 of 40 pictures)");
  EXPECT_EQ(names(ten).size(), 10u);
  EXPECT_EQ(names(set.sample(10, 1)), names(ten));
  EXPECT_NE(names(set.sample(10, 2)), names(ten));
  EXPECT_EQ(set.sample(100, 1).size(), 40);

  const auto [first, second] = set.halves(0);
  EXPECT_EQ(first.size(), 20);
  auto together = names(first);
  together.merge(names(second));
  EXPECT_EQ(together.size(), 40u);
}

TEST(PictureSet, RefusesPlacesWithoutPictures) {
  const Pictures pictures;
  const fs::path empty = pictures.folder() / "empty";
  fs::create_directories(empty);
  expect_error(ErrorKind::BadRequest, "no pictures in", [&] { PictureSet::open(empty); });
  expect_error(ErrorKind::NotFound, "nowhere", [&] { PictureSet::open(pictures.folder() / "nowhere"); });
  expect_error(ErrorKind::BadRequest, "tset",
               [&] { PictureSet::open(pictures.dataset().string() + ":tset"); });
}

}  // namespace
}  // namespace sakuga::metrics
