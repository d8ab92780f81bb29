#include "sakuga/models/image_model.h"

#include "sakuga/core/error.h"
#include "sakuga/core/fields_json.h"
#include "sakuga/core/rng.h"
#include "sakuga/core/test_support.h"
#include "sakuga/models/dcgan.h"
#include "sakuga/models/embedder.h"
#include "sakuga/models/golden.h"
#include "sakuga/models/srresnet.h"
#include "sakuga/models/tagger.h"
#include "sakuga/models/tensors.h"

namespace sakuga::models {
namespace {

using core::ErrorKind;
using core::expect_error;

const SrresnetGeneratorOptions kOptions{.size = 64, .noise = 16, .tags = 2, .width = 32, .blocks = 2};

weights::Card card_for(const std::string& architecture, const auto& options, int64_t resolution = 64) {
  weights::Card card{.architecture = architecture, .options = core::fields_to_json(options)};
  for (int64_t i = 0; i < options.tags; ++i) card.tags.push_back("tag_" + std::to_string(i));
  card.resolution = resolution;
  return card;
}

// A small generator with the formula's weights.
SrresnetGenerator example_net() {
  SrresnetGenerator net(kOptions);
  set_formula(*net, {{"conv_out.weight", 0.25}});
  return net;
}

weights::Card example_card() {
  return card_for("srresnet-generator", kOptions);
}

struct Request {
  std::vector<float> noise, tags;
};

Request request(size_t count, size_t noise_size, size_t tag_count) {
  Request made{std::vector<float>(count * noise_size), std::vector<float>(count * tag_count)};
  core::fill_normal(made.noise, 1);
  core::fill_normal(made.tags, 2);
  return made;
}

// Draws five pictures together and one by one, with one thread and with three: all bytes must agree.
void expect_same_bytes(const ImageModel& model) {
  const auto all = request(5, size_t(model.noise_size()), size_t(model.tag_count()));
  const auto together = model.draw(all.noise, all.tags);
  ASSERT_EQ(together.size(), 5u);
  const int threads = at::get_num_threads();
  for (const int count : {1, 2, 3}) {
    at::set_num_threads(count);
    EXPECT_EQ(model.draw(all.noise, all.tags), together) << count << " threads";
    for (size_t i = 0; i < 5; ++i) {
      const auto alone =
          model.draw(std::span(all.noise).subspan(i * size_t(model.noise_size()), size_t(model.noise_size())),
                     std::span(all.tags).subspan(i * size_t(model.tag_count()), size_t(model.tag_count())));
      EXPECT_EQ(alone.at(0), together[i]) << "picture " << i << " alone, " << count << " threads";
    }
  }
  at::set_num_threads(threads);
}

TEST(ImageModel, KnowsItsCardAndItsFile) {
  const ModelFile file("known", *example_net(), example_card());
  const auto model = ImageModel::load(file.path());
  EXPECT_EQ(model->card().tags.size(), 2u);
  EXPECT_EQ(model->noise_size(), 16);
  EXPECT_EQ(model->tag_count(), 2);
  EXPECT_EQ(model->size(), 64);
  EXPECT_EQ(model->sha256().size(), 64u);
}

TEST(ImageModel, DrawsWhatTheNetDraws) {
  const WithPrecision float32(nn::Precision::Float32);
  auto net = example_net();
  const ModelFile file("same", *net, example_card());
  const auto one = request(1, 16, 2);
  const auto picture = ImageModel::load(file.path())->draw(one.noise, one.tags).at(0);
  EXPECT_EQ(picture.width, 64);
  EXPECT_EQ(picture.channels, 3);

  torch::NoGradGuard no_grad;
  net->eval();
  net->prepare_for_drawing();
  const auto expected =
      net->forward(torch::tensor(one.noise).view({1, 16}), torch::tensor(one.tags).view({1, 2}));
  EXPECT_EQ(picture, tensor_to_pictures(expected).at(0));
}

TEST(ImageModel, APictureIsTheSameInAnyBatchAndWithAnyThreads) {
  const ModelFile file("batch", *example_net(), example_card());
  expect_same_bytes(*ImageModel::load(file.path()));
}

TEST(ImageModel, APictureIsTheSameInAnyBatchAndWithAnyThreadsInFloat32) {
  const WithPrecision float32(nn::Precision::Float32);
  const ModelFile file("batch32", *example_net(), example_card());
  expect_same_bytes(*ImageModel::load(file.path()));
}

TEST(ImageModel, APictureOfDcganIsTheSameInAnyBatchAndWithAnyThreads) {
  const DcganGeneratorOptions options{.noise = 16, .width = 16};
  DcganGenerator net(options);
  set_formula(*net);
  const ModelFile file("dcgan", *net, card_for("dcgan-generator", options));
  expect_same_bytes(*ImageModel::load(file.path()));
}

TEST(ImageModel, DrawsNothingForNoNoise) {
  const ModelFile file("none", *example_net(), example_card());
  EXPECT_TRUE(ImageModel::load(file.path())->draw({}, {}).empty());
}

TEST(ImageModel, RefusesNoiseAndTagsThatDoNotFit) {
  const ModelFile file("sizes", *example_net(), example_card());
  const auto model = ImageModel::load(file.path());
  const auto two = request(2, 16, 2);
  expect_error(ErrorKind::BadRequest, "expected 16 and 2 for each picture",
               [&] { model->draw(two.noise, std::span(two.tags).first(3)); });
  expect_error(ErrorKind::BadRequest, "31 noise numbers",
               [&] { model->draw(std::span(two.noise).first(31), two.tags); });
}

TEST(ImageModel, RefusesACardOfAnotherModel) {
  auto card = example_card();
  card.tags.push_back("third");
  const ModelFile tags("tags", *example_net(), card);
  expect_error(ErrorKind::CorruptInput, "names 3 tags, but the net has 2",
               [&] { ImageModel::load(tags.path()); });

  card = example_card();
  card.resolution = 128;
  const ModelFile size("size", *example_net(), card);
  expect_error(ErrorKind::CorruptInput, "says 128 pixels", [&] { ImageModel::load(size.path()); });

  card = example_card();
  card.options["blocks"] = 3;
  const ModelFile blocks("blocks", *example_net(), card);
  expect_error(ErrorKind::CorruptInput, "missing 'residual.2.", [&] { ImageModel::load(blocks.path()); });

  card = example_card();
  card.options["colour"] = "red";
  const ModelFile options("options", *example_net(), card);
  expect_error(ErrorKind::CorruptInput, "colour", [&] { ImageModel::load(options.path()); });
}

TEST(ImageModel, RefusesOtherArchitectures) {
  const TaggerOptions options{.tags = 2};
  const ModelFile tagger("tagger", *Tagger(options), card_for("tagger", options));
  expect_error(ErrorKind::BadRequest, "is a tagger", [&] { ImageModel::load(tagger.path()); });
  auto card = example_card();
  card.architecture = "stylegan9";
  const ModelFile unknown("unknown", *example_net(), card);
  expect_error(ErrorKind::Unsupported, "unknown architecture", [&] { ImageModel::load(unknown.path()); });
}

TEST(ImageModel, RefusesNaN) {
  auto net = example_net();
  {
    torch::NoGradGuard no_grad;
    net->named_parameters()["conv_mid.bias"][0] = std::nan("");
  }
  const ModelFile file("nan", *net, example_card());
  expect_error(ErrorKind::CorruptInput, "'conv_mid.bias' holds NaN", [&] { ImageModel::load(file.path()); });
}

TEST(TagJudge, GivesProbabilities) {
  const TaggerOptions options{.tags = 3};
  Tagger net(options);
  set_formula(*net);
  auto card = card_for("tagger", options);
  card.tag_groups = {"hair", "hair", ""};
  const ModelFile file("judge", *net, card);
  const auto judge = TagJudge::load(file.path());
  const std::vector<media::Image8> pictures(20, media::Image8(64, 64, 3));
  const auto scores = judge->scores(pictures);
  ASSERT_EQ(scores.size(), 60u);
  EXPECT_NEAR(scores[0] + scores[1], 1, 1e-5);
  EXPECT_EQ(scores[0], scores[57]);
  EXPECT_EQ(judge->sha256().size(), 64u);
}

TEST(TagJudge, RefusesPicturesAndModelsOfAnotherKind) {
  const TaggerOptions options{.tags = 3};
  const ModelFile file("judge2", *Tagger(options), card_for("tagger", options));
  const auto judge = TagJudge::load(file.path());
  expect_error(ErrorKind::BadRequest, "takes 64x64",
               [&] { judge->scores(std::vector{media::Image8(32, 64, 3)}); });
  expect_error(ErrorKind::BadRequest, "with 4 channels",
               [&] { judge->scores(std::vector{media::Image8(64, 64, 4)}); });
  const ModelFile generator("generator", *example_net(), example_card());
  expect_error(ErrorKind::BadRequest, "expected a tagger", [&] { TagJudge::load(generator.path()); });
  expect_error(ErrorKind::BadRequest, "expected a feature net",
               [&] { FeatureModel::load(generator.path()); });
}

TEST(FeatureModel, TakesATagger) {
  const TaggerOptions options{.tags = 3};
  const ModelFile file("features", *Tagger(options), card_for("tagger", options));
  const auto model = FeatureModel::load(file.path());
  EXPECT_EQ(model->size(), 160);
  EXPECT_EQ(model->resolution(), 64);
  EXPECT_FALSE(model->description().empty());
  EXPECT_EQ(model->features(std::vector<media::Image8>(2, media::Image8(64, 64, 3))).size(), 320u);
}

TEST(FeatureModel, TakesAnEmbedder) {
  const EmbedderOptions options{.dimensions = 12};
  weights::Card card = {
      .architecture = "embedder", .options = core::fields_to_json(options), .resolution = 64};
  const ModelFile file("embedder", *Embedder(options), card);
  const auto model = FeatureModel::load(file.path());
  EXPECT_EQ(model->size(), 12);
  const auto features = model->features(std::vector<media::Image8>(2, media::Image8(64, 64, 3)));
  ASSERT_EQ(features.size(), 24u);
  double square = 0;
  for (size_t i = 0; i < 12; ++i) square += double(features[i]) * features[i];
  EXPECT_NEAR(square, 1, 1e-4);
}

TEST(Tensors, PicturesComeBackAsTheyWere) {
  media::Image8 picture(16, 16, 3);
  for (size_t i = 0; i < picture.bytes.size(); ++i) picture.bytes[i] = uint8_t(i);
  const auto tensor = pictures_to_tensor(std::vector{picture}, "test");
  EXPECT_EQ(tensor.min().item<float>(), -1);
  EXPECT_EQ(tensor.max().item<float>(), 1);
  EXPECT_EQ(tensor_to_pictures(tensor).at(0), picture);
}

}  // namespace
}  // namespace sakuga::models
