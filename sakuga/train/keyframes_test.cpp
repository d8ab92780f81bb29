#include "sakuga/train/keyframes.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/core/test_support.h"
#include "sakuga/models/keyframe_net.h"
#include "sakuga/models/picture_translator.h"
#include "sakuga/train/keyframe_patches.h"

namespace sakuga::train {
namespace {

KeyframeTraining toy(int64_t steps) {
  return {.steps = steps,
          .batch = 4,
          .patch = 16,
          .rate = 4e-3,
          .noise = 0,
          .guide = 0.5,
          .carry = 0,
          .width = 8,
          .blocks = 1};
}

// A disc on a ramp; the painting has its colours turned round and a dark rim.
KeyPair toy_pair(float centre = 16) {
  KeyPair pair{media::Image(32, 32), media::Image(16, 16), media::Image(32, 32)};
  for (int y = 0; y < 32; ++y)
    for (int x = 0; x < 32; ++x) {
      const float distance = std::hypot(float(x) - centre, float(y) - 16);
      const size_t i = size_t(y * 32 + x);
      pair.plate.pixels[i] =
          distance < 9 ? media::Rgba{0.9f, 0.4f, 0.2f, 1} : media::Rgba{0.2f, float(x) / 40, 0.6f, 1};
      pair.painting.pixels[i] = distance < 8    ? media::Rgba{0.1f, 0.8f, 0.9f, 1}
                                : distance < 10 ? media::Rgba{0, 0, 0, 1}
                                                : media::Rgba{0.9f, 0.8f, 0.6f, 1};
    }
  return pair;
}

double difference(const media::Image& a, const media::Image& b) {
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i)
    sum += std::abs(a.pixels[i].r - b.pixels[i].r) + std::abs(a.pixels[i].g - b.pixels[i].g) +
           std::abs(a.pixels[i].b - b.pixels[i].b);
  return sum / double(3 * a.pixels.size());
}

TEST(KeyframePainter, LearnsAPaintingByHeartAndPaintsAFrameNotSeen) {
  const core::TemporaryFolder folder;
  KeyframePainter painter(toy(400));
  const std::vector<KeyPair> pairs = {toy_pair()};
  const double before = difference(painter.draw(pairs[0].plate, pairs[0].guide), pairs[0].painting);
  painter.train(pairs, folder.path() / "checkpoint.safetensors", "toy");
  EXPECT_LT(difference(painter.draw(pairs[0].plate, pairs[0].guide), pairs[0].painting), before / 4);
  const auto moved = toy_pair(20);
  EXPECT_LT(difference(painter.draw(moved.plate, moved.guide), moved.painting), before / 4);
}

TEST(KeyframePainter, AResumedTrainingEndsWithTheSameBytes) {
  const core::TemporaryFolder folder;
  const std::vector<KeyPair> pairs = {toy_pair()};
  const auto whole = folder.path() / "whole.safetensors", parts = folder.path() / "parts.safetensors";
  KeyframePainter(toy(120)).train(pairs, whole, "toy");

  // What a kill after step 100 leaves: the checkpoint of that step, with the schedule of the whole training.
  struct Stop {};
  KeyframePainter stopped(toy(120));
  EXPECT_THROW(stopped.train(pairs, parts, "toy",
                             [](int64_t step) {
                               if (step == 110) throw Stop();
                             }),
               Stop);
  KeyframePainter resumed(toy(120));
  std::vector<int64_t> steps;
  resumed.train(pairs, parts, "toy", [&](int64_t step) { steps.push_back(step); });
  EXPECT_EQ(steps.front(), 101);
  EXPECT_EQ(core::read_file(whole), core::read_file(parts));
}

TEST(KeyframePainter, EndsEarlyWhereTheTimeIsUpAndStaysEnded) {
  const core::TemporaryFolder folder;
  auto options = toy(1'000'000);
  options.minutes = 0.02;
  const std::vector<KeyPair> pairs = {toy_pair()};
  const auto path = folder.path() / "checkpoint.safetensors";
  int64_t steps = 0;
  KeyframePainter(options).train(pairs, path, "toy", [&](int64_t) { ++steps; });
  EXPECT_GT(steps, 1);
  EXPECT_LT(steps, 1'000'000);
  const auto ended = core::read_file(path);
  KeyframePainter(options).train(pairs, path, "toy", [](int64_t) { FAIL() << "learnt on"; });
  EXPECT_EQ(core::read_file(path), ended);
}

TEST(KeyframePainter, AnotherDigestStartsAnew) {
  const core::TemporaryFolder folder;
  const std::vector<KeyPair> pairs = {toy_pair()};
  const auto path = folder.path() / "checkpoint.safetensors";
  KeyframePainter(toy(3)).train(pairs, path, "one");
  int64_t steps = 0;
  KeyframePainter(toy(3)).train(pairs, path, "one", [&](int64_t) { ++steps; });
  EXPECT_EQ(steps, 0);
  KeyframePainter(toy(3)).train(pairs, path, "other", [&](int64_t) { ++steps; });
  EXPECT_EQ(steps, 3);
}

TEST(KeyframePainter, ASavedModelDrawsLikeThePainter) {
  const core::TemporaryFolder folder;
  auto options = toy(20);
  options.guide = 0;
  KeyframePainter painter(options);
  const auto pair = toy_pair();
  painter.train(std::vector<KeyPair>{pair}, folder.path() / "checkpoint.safetensors", "toy");
  painter.save(folder.path() / "model.safetensors", "a toy");
  const auto model = models::PictureTranslator::load(folder.path() / "model.safetensors");
  EXPECT_LT(difference(model->draw(pair.plate), painter.draw(pair.plate, {})), 1e-4);
}

TEST(KeyframePainter, CarriesThePaintingWhereThePlateIsThatOfTheKey) {
  const core::TemporaryFolder folder;
  auto options = toy(1);
  options.carry = 1;
  KeyframePainter painter(options);
  const std::vector<KeyPair> pairs = {toy_pair()};
  painter.train(pairs, folder.path() / "checkpoint.safetensors", "toy");
  EXPECT_LT(difference(painter.draw(pairs[0].plate, pairs[0].guide), pairs[0].painting), 0.05);
}

TEST(KeyframePainter, KeepsAlphaAndDrawsNothingWithoutCoverage) {
  KeyframePainter painter(toy(1));
  auto pair = toy_pair();
  for (size_t i = 0; i < 300; ++i) pair.plate.pixels[i].a = 0;
  const auto drawn = painter.draw(pair.plate, pair.guide);
  EXPECT_EQ(drawn.pixels[10], (media::Rgba{0, 0, 0, 0}));
  EXPECT_EQ(drawn.pixels[400].a, 1);
}

TEST(KeyframePainter, RefusesWhatItCannotLearnFrom) {
  const core::TemporaryFolder folder;
  const auto path = folder.path() / "checkpoint.safetensors";
  KeyframePainter painter(toy(1));
  EXPECT_THROW(painter.train({}, path, ""), core::Error);
  auto pair = toy_pair();
  pair.painting = media::Image(32, 30);
  EXPECT_THROW(painter.train(std::vector<KeyPair>{pair}, path, ""), core::Error);
  pair = toy_pair();
  pair.guide = media::Image(15, 16);
  EXPECT_THROW(painter.train(std::vector<KeyPair>{pair}, path, ""), core::Error);
  pair = toy_pair();
  for (auto& p : pair.painting.pixels) p.a = 0;
  EXPECT_THROW(painter.train(std::vector<KeyPair>{pair}, path, ""), core::Error);
  auto odd = toy(1);
  odd.patch = 20;
  EXPECT_THROW(KeyframePainter{odd}, core::Error);
}

TEST(KeyframePainter, ALossThatIsNotANumberStopsIt) {
  const core::TemporaryFolder folder;
  auto pair = toy_pair();
  for (auto& p : pair.painting.pixels) p.g = std::nanf("");
  KeyframePainter painter(toy(5));
  EXPECT_THROW(painter.train(std::vector<KeyPair>{pair}, folder.path() / "c.safetensors", ""), core::Error);
}

TEST(KeyframePatches, LieInsideTheFrameAndAreTheSameForTheSameStep) {
  auto options = toy(1);
  options.noise = 0.1;
  const std::vector<KeyPair> pairs = {toy_pair()};
  const KeyframePatches patches(pairs, options);
  const auto batch = patches.batch(7);
  EXPECT_EQ(batch.plate.sizes(), (std::vector<int64_t>{4, 3, 16, 16}));
  EXPECT_EQ(batch.extras.sizes(), (std::vector<int64_t>{4, 4, 8, 8}));
  EXPECT_TRUE(torch::equal(batch.plate, patches.batch(7).plate));
  EXPECT_FALSE(torch::equal(batch.plate, patches.batch(8).plate));
  EXPECT_EQ(batch.features.sizes(), (std::vector<int64_t>{4, models::KeyframeNetImpl::kFeatures, 16, 16}));
}

TEST(KeyframePatches, HalfOfThemHaveThePaintingsDetails) {
  // A frame of one colour with a white dot: patches of any place hardly ever hit it.
  KeyPair pair{media::Image(256, 256), media::Image(128, 128), media::Image(256, 256)};
  for (auto* image : {&pair.plate, &pair.painting})
    for (auto& p : image->pixels) p = {0.2f, 0.2f, 0.2f, 1};
  for (int y = 100; y < 182; ++y)
    for (int x = 100; x < 182; ++x) pair.painting.pixels[size_t(y * 256 + x)] = {1, 1, 1, 1};
  const KeyframePatches patches(std::vector<KeyPair>{pair}, toy(1));
  for (int64_t step = 0; step < 4; ++step) {
    const auto batch = patches.batch(step);
    for (const int64_t i : {1, 3}) EXPECT_GT(batch.painting[i].max().item<float>(), 0.9f);
  }
}

}  // namespace
}  // namespace sakuga::train
