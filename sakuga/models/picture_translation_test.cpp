#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/picture_translator.h"
#include "sakuga/models/tagger.h"
#include "sakuga/models/ugatit_golden.h"

namespace sakuga::models {
namespace {

const nlohmann::json kOptions = {{"size", 32}, {"width", 8}, {"blocks", 1}};

// The two directions have other weights.
ModelFile ugatit_model(bool light = true) {
  auto options = kOptions;
  options["light"] = light;
  const auto net = make_translator("ugatit", options);
  set_ugatit_formula(*net, "");
  return ModelFile("ugatit", *net, {.architecture = "ugatit", .options = options, .resolution = 32});
}

media::Image8 noise(int width, int height, int seed) {
  media::Image8 picture(width, height, 3);
  for (size_t i = 0; i < picture.bytes.size(); ++i)
    picture.bytes[i] = uint8_t((i * 37 + size_t(seed) * 91) % 251);
  return picture;
}

TEST(PictureTranslation, KeepsAnySizeAndShowsItsAttention) {
  const auto file = ugatit_model();
  const std::vector<media::Image8> pictures = {noise(37, 22, 1)};
  const auto said = PictureTranslator::load(file.path())->translate(pictures);
  ASSERT_EQ(said.size(), 1u);
  EXPECT_EQ(said[0].picture.width, 37);
  EXPECT_EQ(said[0].picture.height, 22);
  EXPECT_EQ(said[0].attention.width, 10);
  EXPECT_EQ(said[0].attention.channels, 1);
  EXPECT_EQ(*std::max_element(said[0].attention.bytes.begin(), said[0].attention.bytes.end()), 255);
}

TEST(PictureTranslation, APictureDoesNotDependOnItsCompany) {
  const auto file = ugatit_model();
  const auto translator = PictureTranslator::load(file.path());
  const std::vector<media::Image8> three = {noise(32, 32, 1), noise(32, 32, 2), noise(32, 32, 3)};
  const auto together = translator->translate(three);
  for (size_t i = 0; i < 3; ++i) {
    const auto alone = translator->translate(std::span(three).subspan(i, 1));
    EXPECT_EQ(alone[0].picture, together[i].picture);
    EXPECT_EQ(alone[0].attention, together[i].attention);
  }
  EXPECT_TRUE(translator->translate({}).empty());
}

TEST(PictureTranslation, GoesThereAndBack) {
  const auto file = ugatit_model();
  const std::vector<media::Image8> pictures = {noise(32, 32, 1)};
  const auto there = PictureTranslator::load(file.path())->translate(pictures);
  const auto back = PictureTranslator::load(file.path(), Direction::Back)->translate(pictures);
  EXPECT_NE(there[0].picture, back[0].picture);
}

TEST(PictureTranslation, RefusesSizesThatTheNetDoesNotTake) {
  const auto light = ugatit_model(), full = ugatit_model(false);
  const std::vector<media::Image8> tiny = {noise(8, 40, 1)}, other = {noise(36, 36, 1)},
                                   mixed = {noise(32, 32, 1), noise(36, 36, 1)};
  EXPECT_THROW(PictureTranslator::load(light.path())->translate(tiny), core::Error);
  EXPECT_THROW(PictureTranslator::load(light.path())->translate(mixed), core::Error);
  EXPECT_EQ(PictureTranslator::load(full.path())->fixed_size(), 32);
  EXPECT_THROW(PictureTranslator::load(full.path())->translate(other), core::Error);
}

TEST(PictureTranslation, RefusesOtherNets) {
  const ModelFile other("tagger", *Tagger(TaggerOptions{.tags = 2}), {.architecture = "tagger"});
  EXPECT_THROW(PictureTranslator::load(other.path()), core::Error);
}

}  // namespace
}  // namespace sakuga::models
