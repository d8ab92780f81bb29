#include "sakuga/models/posed_generator.h"

#include <gtest/gtest.h>

#include <numbers>

#include "sakuga/core/error.h"
#include "sakuga/models/catalog.h"
#include "sakuga/models/generator_promises.h"
#include "sakuga/nn/ops.h"
#include "sakuga/nn/state.h"
#include "sakuga/rig/artist.h"
#include "sakuga/rig/head.h"
#include "sakuga/rig/random.h"
#include "sakuga/rig/sheet.h"
#include "sakuga/rig/truth.h"

namespace sakuga::models {
namespace {

PosedGenerator small_generator() {
  return PosedGenerator(PosedGeneratorOptions{
      .size = 32, .noise = 8, .tags = 3, .max_width = 64, .yaw_tag = 0, .pitch_tag = 1, .roll_tag = 2});
}

// The place on the head that a picture's point, in its height, shows under these angles in degrees.
torch::Tensor place_at(double across, double down, double yaw, double pitch, double roll) {
  constexpr int64_t kMap = 200;
  const auto angles = torch::tensor({{yaw, pitch, roll}}, torch::kFloat32) * (std::numbers::pi / 180);
  return head_places(angles, kMap)[0].select(2, int64_t(across * kMap)).select(1, int64_t(down * kMap));
}

TEST(HeadPlaces, TheTipOfTheFaceFollowsTheTurn) {
  constexpr double kRadius = 0.4095, kSphere = 1.15, kCentre = 0.45;
  for (const double yaw : {-60., -20., 0., 45.}) {
    const double across = 0.5 + kRadius * kSphere * std::sin(yaw * std::numbers::pi / 180);
    const auto place = place_at(across, kCentre, yaw, 0, 0);
    EXPECT_NEAR(place[0].item<double>(), 0, 0.03) << yaw;
    EXPECT_NEAR(place[2].item<double>(), kSphere, 0.01) << yaw;
  }
  const auto raised =
      place_at(0.5, kCentre - kRadius * kSphere * std::sin(20 * std::numbers::pi / 180), 0, 20, 0);
  EXPECT_NEAR(raised[1].item<double>(), 0, 0.03);
}

TEST(HeadPlaces, AHeadRollsAboutItsNape) {
  constexpr double kNape = 0.45 + 0.9 * 0.4095;
  for (const double roll : {-30., 0., 30.})
    EXPECT_NEAR(place_at(0.5, kNape, 0, 0, roll)[0].item<double>(), 0, 0.02);
  // Rolled clockwise, what was above the nape is to the right of it.
  const double lean = 30 * std::numbers::pi / 180, up = 0.6;
  const auto place =
      place_at(0.5 + 0.4095 * up * std::sin(lean), kNape - 0.4095 * up * std::cos(lean), 0, 0, 30);
  EXPECT_NEAR(place[0].item<double>(), 0, 0.02);
  EXPECT_NEAR(place[1].item<double>(), 0.9 - up, 0.02);
}

TEST(HeadPlaces, AreTheRigs) {
  const auto frame = rig::frame_of({.size = 128}, rig::kMeanCamera);
  const rig::Design design;
  for (const rig::Pose& pose :
       {rig::Pose{.yaw = 35, .pitch = -10, .roll = 15}, rig::Pose{.yaw = -60, .pitch = 20}}) {
    const rig::Vec3 nose = {0.2, 0.3, std::sqrt(1.15 * 1.15 - 0.2 * 0.2 - 0.3 * 0.3)};
    const auto at = rig::Head(design, pose, {}).at(nose);
    const auto place = place_at((frame.x + frame.scale * at.x) / 128, (frame.y + frame.scale * at.y) / 128,
                                pose.yaw, pose.pitch, pose.roll);
    EXPECT_NEAR(place[0].item<double>(), nose.x, 0.02);
    EXPECT_NEAR(place[1].item<double>(), nose.y, 0.02);
    EXPECT_NEAR(place[2].item<double>(), nose.z, 0.02);
  }
}

TEST(EyePlaces, HoldTheRigsEyes) {
  constexpr int kSize = 128;
  const auto frame = rig::frame_of({.size = kSize}, rig::kMeanCamera);
  int seen = 0, held = 0;
  double share = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const auto who = rig::random_character(seed, {.even = true, .max_yaw = 60});
    const auto angles = torch::tensor({{who.pose.yaw, who.pose.pitch, who.pose.roll}}, torch::kFloat32);
    const auto eyes = eye_places(angles * (std::numbers::pi / 180), kSize)[0][0];
    share += eyes.mean().item<double>() / 100;
    const auto marks = rig::landmarks_of(who, frame);
    for (size_t i = 11; i < 23; ++i) {
      if (!marks[i].seen) continue;
      ++seen;
      held += eyes[int64_t(marks[i].at.y)][int64_t(marks[i].at.x)].item<float>() == 1;
    }
  }
  EXPECT_GT(seen, 800);
  EXPECT_GT(held, 0.9 * seen);
  EXPECT_LT(share, 0.15);
}

TEST(PosedGenerator, DrawsPicturesOfTheSizeAskedFor) {
  auto net = small_generator();
  net->eval();
  const auto drawn = net->forward(torch::randn({2, 8}), torch::rand({2, 3}));
  EXPECT_EQ(drawn.sizes(), (std::vector<int64_t>{2, 3, 32, 32}));
  EXPECT_LE(drawn.abs().max().item<float>(), 1);
}

TEST(PosedGenerator, HasTheDocumentedNumberOfParameters) {
  EXPECT_EQ(nn::parameter_count(*PosedGenerator()), 1'873'411);
}

TEST(PosedGenerator, EveryParameterGetsAGradient) {
  auto net = small_generator();
  net->forward(torch::randn({4, 8}), torch::rand({4, 3})).square().sum().backward();
  for (const auto& item : net->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    EXPECT_GT(item.value().grad().abs().sum().item<double>(), 0) << item.key();
  }
}

TEST(PosedGenerator, DrawsAPictureTheSameInAnyCompany) {
  expect_same_in_any_company(*small_generator());
}

TEST(PosedGenerator, DrawsTheSameOncePrepared) {
  expect_same_once_prepared(*small_generator());
}

TEST(PosedGenerator, RefusesOddSizesAndAnglesThatAreNoTags) {
  EXPECT_THROW(PosedGenerator(PosedGeneratorOptions{.size = 48}), core::Error);
  EXPECT_THROW(PosedGenerator(PosedGeneratorOptions{.tags = 2, .roll_tag = 2}), core::Error);
}

TEST(PosedGenerator, IsInTheCatalogue) {
  EXPECT_EQ(make_generator("posed-generator", {{"size", 64}})->size(), 64);
}

}  // namespace
}  // namespace sakuga::models
