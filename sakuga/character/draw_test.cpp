#include "sakuga/character/draw.h"

#include <nlohmann/json.hpp>

#include "sakuga/character/test_support.h"
#include "sakuga/core/files.h"
#include "sakuga/core/rng.h"
#include "sakuga/media/contact_sheet.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;

Drawing plan(const DrawOptions& options) {
  return plan_drawing(Vocabulary(fake_card()), options);
}

std::vector<media::Image8> draw_all(const Drawing& drawing, double truncation = 1, int64_t batch = 16) {
  std::vector<media::Image8> pictures;
  draw_subjects(fake_artist(), drawing.subjects, truncation, batch, [&](size_t index, media::Image8 picture) {
    EXPECT_EQ(index, pictures.size());
    pictures.push_back(std::move(picture));
  });
  return pictures;
}

TEST(Noise, IsThePublishedOneTimesTheTruncation) {
  std::vector<float> expected(4);
  core::fill_normal(expected, 7);
  EXPECT_EQ(noise_of(7, 4, 1), expected);
  const auto half = noise_of(7, 4, 0.5);
  for (size_t i = 0; i < 4; ++i) EXPECT_EQ(half[i], expected[i] / 2);
}

TEST(Drawing, HasOnePictureForEachSeedNearASquare) {
  const auto drawing = plan({.tags = "black_hair", .seeds = "0-6"});
  EXPECT_EQ(drawing.subjects.size(), 7u);
  EXPECT_EQ(drawing.columns, 3);
  EXPECT_EQ(drawing.subjects[6].seed, 6u);
  for (const auto& subject : drawing.subjects) EXPECT_EQ(subject.tags[1], 1);
}

TEST(Drawing, VariesTagsAlongARowAndSeedsDownTheColumns) {
  const auto drawing =
      plan({.tags = "black_hair, blue_eyes", .seeds = "4,9", .vary = "hair, smile+glasses, smile:0.5"});
  ASSERT_EQ(drawing.columns, 5);
  ASSERT_EQ(drawing.subjects.size(), 10u);
  const Vocabulary vocabulary(fake_card());
  EXPECT_EQ(drawing.subjects[5].seed, 9u);
  EXPECT_EQ(vocabulary.text(drawing.subjects[0].tags).substr(0, 20), "aqua_hair, blue_eyes");
  EXPECT_EQ(vocabulary.text(drawing.subjects[3].tags), "black_hair, blue_eyes, glasses, smile");
  EXPECT_EQ(drawing.subjects[4].tags[6], 0.5f);
}

TEST(Drawing, KeepsUnspecifiedTagsAlongARow) {
  const auto drawing = plan({.seeds = "0-20", .vary = "hair"});
  for (size_t i = 0; i < drawing.subjects.size(); i += 3)
    for (size_t tag = 3; tag < 7; ++tag)
      EXPECT_EQ(drawing.subjects[i].tags[tag], drawing.subjects[i + 2].tags[tag]);
}

TEST(Drawing, RefusesWhatItCannotPlan) {
  expect_error(ErrorKind::BadRequest, "did you mean hair?", [] { plan({.vary = "hairs"}); });
  expect_error(ErrorKind::BadRequest, "vary: expected tags and groups", [] { plan({.vary = "smile+"}); });
  expect_error(ErrorKind::BadRequest, "expected random or off", [] { plan({.unspecified = "on"}); });
  expect_error(ErrorKind::BadRequest, "more than 100000 pictures",
               [] { plan({.seeds = "0-99999", .vary = "hair"}); });
}

TEST(Pictures, DoNotDependOnTheBatch) {
  const auto drawing = plan({.seeds = "0-9", .vary = "hair"});
  const auto pictures = draw_all(drawing, 0.8, 1);
  EXPECT_EQ(pictures.size(), 30u);
  EXPECT_EQ(draw_all(drawing, 0.8, 7), pictures);
  EXPECT_EQ(draw_all(drawing, 0.8, 1024), pictures);
}

TEST(Pictures, NeedAsManyTagsAsTheModel) {
  const std::vector<Subject> subjects = {{.seed = 1, .tags = {1, 0}}};
  expect_error(ErrorKind::BadRequest, "2 tags, the model has 7",
               [&] { draw_subjects(fake_artist(), subjects, 1, 16, [](size_t, media::Image8) {}); });
}

TEST(Metadata, CarriesACommandThatDrawsTheSamePicture) {
  const auto drawing = plan({.tags = "black_hair, smile:0.7", .seeds = "3"});
  const auto metadata = picture_metadata(fake_artist(), drawing.subjects[0], 0.8);
  const auto json = nlohmann::json::parse(metadata.at("sakuga"));
  EXPECT_EQ(json.at("seed"), 3);
  EXPECT_EQ(json.at("model").at("sha256"), "0123456789abcdef");
  EXPECT_EQ(json.at("licence").at("counts").at("CC0-1.0"), 3);
  EXPECT_FALSE(json.at("verdict").get<std::string>().empty());

  const std::string text = Vocabulary(fake_card()).text(drawing.subjects[0].tags);
  EXPECT_EQ(json.at("command"), "sakuga draw --model \"fake.safetensors\" --tags \"" + text +
                                    "\" --seeds \"3\" --unspecified \"off\" --truncation 0.8");
  const auto again = plan({.tags = text, .seeds = "3", .unspecified = "off"});
  EXPECT_EQ(draw_all(again, 0.8), draw_all(drawing, 0.8));
}

TEST(Metadata, IsReadableByOtherPrograms) {
  const auto drawing = plan({.tags = "black_hair, blue_eyes, -glasses, smile:0.7", .seeds = "3"});
  EXPECT_EQ(picture_metadata(fake_artist(), drawing.subjects[0], 1).at("parameters"),
            "black_hair, blue_eyes, (smile:0.7)\nNegative prompt: \nSteps: 1, Sampler: Sakuga, CFG scale: 1, "
            "Seed: 3, Size: 16x16, Model hash: 0123456789, Model: fake, Truncation: 1");
}

TEST(Metadata, OfAModelWithoutALedgerPermitsNothing) {
  auto artist = fake_artist();
  artist.card.licences = nullptr;
  const auto drawing = plan({});
  const auto json = nlohmann::json::parse(picture_metadata(artist, drawing.subjects[0], 1).at("sakuga"));
  EXPECT_FALSE(json.at("licence").at("verdict").at("commercial").get<bool>());
}

TEST(Output, IsAFolderAPatternOrOnePicture) {
  const auto drawing = plan({.seeds = "5,70"});
  using Paths = std::vector<std::filesystem::path>;
  EXPECT_EQ(output_paths("new/", drawing), (Paths{"new/0000_seed000005.png", "new/0001_seed000070.png"}));
  EXPECT_EQ(output_paths("a_{seed}.webp", drawing), (Paths{"a_000005.webp", "a_000070.webp"}));
  EXPECT_EQ(output_paths("grid.png", drawing), Paths{"grid.png"});
}

TEST(Output, NeverOverwritesOnePictureByAnother) {
  const auto drawing = plan({.seeds = "5", .vary = "hair"});
  expect_error(ErrorKind::BadRequest, "two pictures would be a_000005.png",
               [&] { output_paths("a_{seed}.png", drawing); });
}

TEST(Output, CannotBeNothingOrAFolderInAFile) {
  expect_error(ErrorKind::BadRequest, "expected a picture, a folder/ or a pattern",
               [] { output_paths("", plan({})); });
  const TemporaryFolder folder;
  core::write_file(folder / "file", std::string("x"));
  expect_error(ErrorKind::BadRequest, "cannot make the folder",
               [&] { draw_to(fake_artist(), {}, folder / "file/pictures/"); });
}

TEST(DrawTo, WritesTheGridWithItsMetadata) {
  const TemporaryFolder folder;
  const DrawOptions options = {.seeds = "1-2", .vary = "hair"};
  draw_to(fake_artist(), options, folder / "grid.png");
  EXPECT_EQ(media::read_image8(folder / "grid.png"), media::contact_sheet(draw_all(plan(options)), 3));
  const auto json = nlohmann::json::parse(media::read_metadata(folder / "grid.png").at("sakuga"));
  EXPECT_EQ(json.at("pictures").size(), 6u);
  EXPECT_EQ(json.at("pictures")[1].at("tags").at("black_hair"), 1);
  EXPECT_EQ(json.at("command"), "sakuga draw --model \"fake.safetensors\" --seeds \"1-2\" --vary \"hair\"");
}

TEST(DrawTo, WritesTheSameBytesForAnyBatch) {
  const TemporaryFolder folder;
  draw_to(fake_artist(), {.seeds = "0-8", .batch = 2}, folder / "a.png");
  draw_to(fake_artist(), {.seeds = "0-8", .batch = 5}, folder / "b.png");
  EXPECT_EQ(core::read_file(folder / "a.png"), core::read_file(folder / "b.png"));
}

TEST(DrawTo, WritesSinglePicturesIntoAFolder) {
  const TemporaryFolder folder;
  const auto paths = draw_to(fake_artist(), {.seeds = "3-4"}, folder / "new/");
  ASSERT_EQ(paths.size(), 2u);
  const auto pictures = draw_all(plan({.seeds = "3-4"}));
  EXPECT_EQ(media::read_image8(paths[1]), pictures[1]);
  EXPECT_EQ(nlohmann::json::parse(media::read_metadata(paths[1]).at("sakuga")).at("seed"), 4);
}

TEST(DrawTo, WritesASinglePictureWithoutAFrame) {
  const TemporaryFolder folder;
  draw_to(fake_artist(), {.seeds = "3"}, folder / "one.png");
  EXPECT_EQ(media::read_image8(folder / "one.png"), draw_all(plan({.seeds = "3"}))[0]);
}

}  // namespace
}  // namespace sakuga::character
