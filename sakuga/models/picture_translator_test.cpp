#include "sakuga/models/picture_translator.h"

#include <gtest/gtest.h>

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/keyframe_net.h"
#include "sakuga/models/tagger.h"

namespace sakuga::models {
namespace {

// A fresh net whose last layer adds nothing: it returns the picture.
ModelFile unchanged_model() {
  KeyframeNet net(KeyframeNetOptions{.width = 8, .blocks = 1});
  torch::NoGradGuard no_grad;
  for (auto& item : net->named_parameters())
    if (item.key().starts_with("conv_out")) item.value().zero_();
  return ModelFile("translator", *net,
                   {.architecture = "keyframe-net", .options = {{"width", 8}, {"blocks", 1}}});
}

TEST(PictureTranslator, KeepsSizeAndAlphaOfAnyPicture) {
  const auto file = unchanged_model();
  const auto translator = PictureTranslator::load(file.path());
  media::Image picture(13, 9);
  for (size_t i = 0; i < picture.pixels.size(); ++i)
    picture.pixels[i] = {0.25f, float(i) / 120, 0.5f, i % 3 == 0 ? 0.0f : 1.0f};
  const auto drawn = translator->draw(picture);
  ASSERT_EQ(drawn.width, 13);
  ASSERT_EQ(drawn.height, 9);
  for (size_t i = 0; i < picture.pixels.size(); ++i) {
    const auto& p = drawn.pixels[i];
    EXPECT_EQ(p.a, picture.pixels[i].a);
    EXPECT_NEAR(p.g, p.a > 0 ? picture.pixels[i].g : 0, 0.01) << i;
  }
}

TEST(PictureTranslator, ALinearPictureIsDrawnInSrgb) {
  const auto file = unchanged_model();
  media::Image picture(8, 8, media::Transfer::Linear);
  for (auto& p : picture.pixels) p = {0.214041f, 0.214041f, 0.214041f, 1};
  const auto drawn = PictureTranslator::load(file.path())->draw(picture);
  EXPECT_EQ(drawn.transfer, media::Transfer::Srgb);
  EXPECT_NEAR(drawn.pixels[0].r, 0.5f, 0.01f);
}

TEST(PictureTranslator, RefusesOtherNetsAndEmptyPictures) {
  Tagger tagger(TaggerOptions{.tags = 2});
  const ModelFile other("not-a-translator", *tagger, {.architecture = "tagger"});
  EXPECT_THROW(PictureTranslator::load(other.path()), core::Error);
  EXPECT_THROW(PictureTranslator::load("no such model.safetensors"), core::Error);
  const auto file = unchanged_model();
  EXPECT_THROW(PictureTranslator::load(file.path())->draw(media::Image()), core::Error);
}

}  // namespace
}  // namespace sakuga::models
