#include "sakuga/data/retag.h"

#include "sakuga/core/files.h"
#include "sakuga/data/test_pictures.h"

namespace sakuga::data {
namespace {

using core::ErrorKind;

std::filesystem::path tagged_dataset(const TemporaryFolder& folder) {
  edit_dataset(folder / "a.dataset", [](DatasetEditor& editor) {
    for (uint64_t seed = 1; seed < 4; ++seed) {
      const auto image = test_picture(seed);
      std::vector<NamedScore> tags = {{"gray_hair", 0.75f}};
      if (seed == 2) tags.push_back({"smile", 1});
      editor.add({.bytes = media::encode_png(image),
                  .width = image.width,
                  .height = image.height,
                  .sha256 = pixel_sha256(image),
                  .tags = tags,
                  .origin = {.source = "tests", .licence = "CC0-1.0"}});
    }
  });
  return folder / "a.dataset";
}

TEST(ChangeTags, RenamesRemovesAndAdds) {
  const TemporaryFolder folder;
  const auto path = tagged_dataset(folder);
  EXPECT_EQ(change_tags(path, {}, {.rename = {"gray_hair=Grey Hair"}, .remove = {"smile"}, .add = {"face"}}),
            3);
  const auto data = Dataset::open(path);
  EXPECT_EQ(data.tag_names(), (std::vector<std::string>{"face", "grey_hair"}));
  EXPECT_EQ(data.pictures(Split::All)[0].tags, (std::vector<TagScore>{{0, 1}, {1, 0.75f}}));
}

TEST(ChangeTags, ChangesTheChosenPicturesOnly) {
  const TemporaryFolder folder;
  const auto path = tagged_dataset(folder);
  EXPECT_EQ(change_tags(path, {.with = {"smile"}}, {.add = {"happy"}}), 1);
  const auto data = Dataset::open(path);
  EXPECT_EQ(select(data, {.with = {"happy"}})[0].id, 2);
}

TEST(ChangeTags, RefusesWhatItDoesNotUnderstandAndChangesNothing) {
  const TemporaryFolder folder;
  const auto path = tagged_dataset(folder);
  const std::string before = core::read_text(path);
  const auto refused = [&](const TagChanges& changes, const std::string& message) {
    expect_error(ErrorKind::BadRequest, message, [&] { change_tags(path, {}, changes); });
  };
  refused({}, "nothing to do");
  refused({.rename = {"smile"}}, "a renaming is old=new");
  refused({.rename = {"smlie=grin"}}, "has no tag 'smlie'; did you mean smile?");
  refused({.remove = {"frown"}}, "has no tag 'frown'");
  refused({.rename = {"smile="}}, "the name is empty");
  refused({.add = {"a,b"}}, "comma");
  EXPECT_EQ(core::read_text(path), before);
}

}  // namespace
}  // namespace sakuga::data
