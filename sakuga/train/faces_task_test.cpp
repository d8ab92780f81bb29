#include <cmath>

#include "sakuga/train/objective_faces.h"
#include "sakuga/train/task.h"
#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

Recipe small_recipe(const std::vector<std::string>& settings = {}) {
  return parse_recipe(
      "objective = 'faces'\nresolution = 64\nbatch = 4\npictures = 400\nhalf_life = 20\n[faces]\nheads = 12\n"
      "most = 1\nempty = 0\n[detector]\nblocks = 0\n[optimiser]\nrate = 2e-3\nbeta1 = 0.9",
      "r.toml", settings);
}

FaceScene scene_with(const SceneFace& face) {
  return {media::Image8(64, 64, 3), {face}};
}

TEST(FaceScenes, AreTheSameEachTimeAndHoldWhatTheySay) {
  const std::vector<FaceHead> heads = {draw_face_head(3), draw_face_head(4)};
  EXPECT_GT(heads[0].side, 60);
  for (uint64_t stream = 0; stream < 12; ++stream) {
    const auto scene = make_face_scene(heads, {}, {.size = 64}, {core::Rng(1, stream)});
    EXPECT_EQ(scene.picture, make_face_scene(heads, {}, {.size = 64}, {core::Rng(1, stream)}).picture);
    EXPECT_EQ(scene.picture.width, 64);
    EXPECT_LE(scene.faces.size(), 4u);
    for (const auto& face : scene.faces) {
      if (!face.counts) continue;
      EXPECT_GE(face.side, 16);
      EXPECT_LE(face.side, 100);
      EXPECT_GT(face.x, 0);
      EXPECT_LT(face.x, 64);
    }
  }
  EXPECT_TRUE(make_face_scene(heads, {}, {.size = 64, .empty = 1}, {core::Rng(1, 1)}).faces.empty());
}

TEST(FaceTargets, MarkTheMiddleAndTheWayToIt) {
  const auto scene = scene_with({.x = 31, .y = 22, .side = 32});
  const auto targets = face_targets(std::span(&scene, 1));
  EXPECT_EQ((targets.heat == 1).sum().item<int64_t>(), 1);
  EXPECT_EQ(targets.heat[0][5][7].item<float>(), 1);
  EXPECT_EQ(targets.wanted[0][0][5][7].item<float>(), 0);
  EXPECT_NEAR(targets.wanted[0][1][5][7].item<float>(), 0.25, 1e-6);
  EXPECT_NEAR(targets.wanted[0][2][5][7].item<float>(), 0, 1e-6);
  EXPECT_EQ(targets.known.min().item<float>(), 1);
}

TEST(FaceTargets, AskNothingWhereAFaceDoesNotCount) {
  const auto scene = scene_with({.x = 32, .y = 32, .side = 32, .counts = false});
  const auto targets = face_targets(std::span(&scene, 1));
  EXPECT_EQ(targets.heat.max().item<float>(), 0);
  EXPECT_EQ(targets.known[0][8][8].item<float>(), 0);
  EXPECT_EQ(targets.known[0][0][0].item<float>(), 1);
  EXPECT_EQ(face_loss(torch::zeros({1, 4, 16, 16}), targets).terms.size(), 3u);
}

TEST(FaceLoss, IsLeastForWhatIsWantedAndHasTheSlopeOfItsValue) {
  const auto scene = scene_with({.x = 30, .y = 33, .side = 40});
  const auto targets = face_targets(std::span(&scene, 1));
  const auto middle = (targets.heat == 1).to(torch::kFloat).unsqueeze(1);
  const auto right = torch::cat({middle * 16 - 8, targets.wanted}, 1);
  EXPECT_LT(face_loss(right, targets).total.item<float>(), 0.01);
  torch::manual_seed(0);
  const auto maps = torch::randn({1, 4, 16, 16}, torch::kDouble).requires_grad_();
  const FaceTargets exact = {targets.heat.to(torch::kDouble), targets.known.to(torch::kDouble),
                             targets.near.to(torch::kDouble), targets.wanted.to(torch::kDouble)};
  torch::NoGradGuard no_grad;
  EXPECT_LT(gradient_error(maps,
                           [&] {
                             torch::AutoGradMode grad(true);
                             return face_loss(maps, exact).total;
                           }),
            1e-6);
}

TEST(FacesTask, LearnsAndTellsWhatItFinds) {
  const TemporaryFolder folder;
  write_greys(folder / "photos.dataset", 8, 64);
  const auto dataset = data::Dataset::open(folder / "photos.dataset");
  const auto task = make_task(small_recipe(), dataset);
  double first = 0, last = 0;
  for (int step = 0; step < 60; ++step) {
    const double loss = task->step(step)[0].second;
    (step < 10 ? first : last) = loss;
  }
  EXPECT_LT(last, first);
  const auto measured = task->measure();
  EXPECT_EQ(measured->metrics.at(0).name, "faces.average_precision");
  EXPECT_TRUE(task->samples());
  EXPECT_EQ(task->card().architecture, "face-detector");
  EXPECT_EQ(task->card().licences.at("counts").at("CC0-1.0"), 8);
}

TEST(FacesTask, GoesOnAsIfNeverStopped) {
  const TemporaryFolder folder;
  write_greys(folder / "photos.dataset", 3, 64);
  const auto dataset = data::Dataset::open(folder / "photos.dataset");
  const auto whole = make_task(small_recipe(), dataset), other = make_task(small_recipe(), dataset);
  for (int step = 0; step < 3; ++step) {
    whole->step(step);
    other->step(step);
  }
  EXPECT_EQ(whole->step(3), other->step(3));
}

TEST(FacesTask, RefusesSizesThatDoNotDivide) {
  const TemporaryFolder folder;
  write_greys(folder / "photos.dataset", 3, 64);
  const auto dataset = data::Dataset::open(folder / "photos.dataset");
  EXPECT_NE(error_of([&] { make_task(small_recipe({"resolution=72"}), dataset); }).find("multiple of 16"),
            std::string::npos);
}

}  // namespace
}  // namespace sakuga::train
