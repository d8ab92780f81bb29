#include "sakuga/models/face_detector.h"

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"

namespace sakuga::models {
namespace {

TEST(FaceDetector, HasTheParametersThatItsHeaderNames) {
  EXPECT_EQ(nn::parameter_count(*FaceDetector()), 294'980);
}

TEST(FaceDetector, SaysSomethingOfEveryFourthPixel) {
  torch::NoGradGuard no_grad;
  FaceDetector net;
  net->eval();
  EXPECT_EQ(net->forward(torch::zeros({2, 3, 64, 48})).sizes(), (std::vector<int64_t>{2, 4, 16, 12}));
}

TEST(FaceDetector, GradientsReachEveryParameter) {
  FaceDetector net;
  net->forward(uniform("pictures", {2, 3, 64, 64})).square().sum().backward();
  for (const auto& item : net->named_parameters()) {
    ASSERT_TRUE(item.value().grad().defined()) << item.key();
    // A bias before a normalisation changes nothing.
    const bool idle = item.key().find("residual") != std::string::npos && item.key().ends_with("bias") &&
                      item.key().find("conv") != std::string::npos;
    if (!idle) {
      EXPECT_GT(item.value().grad().abs().max().item<float>(), 0) << item.key();
    }
  }
}

TEST(FaceDetector, LearnsOneBatchByHeart) {
  torch::manual_seed(0);
  FaceDetector net;
  const auto pictures = torch::randn({2, 3, 32, 32}), wanted = torch::randn({2, 4, 8, 8});
  EXPECT_LT(learned(*net, 60, 3e-3, [&] { return torch::mse_loss(net->forward(pictures), wanted); }), 0.25);
}

TEST(FaceDetector, AMapWithOneHotCellIsOneFace) {
  auto map = torch::full({4, 16, 16}, 0.f);
  map[0].fill_(-8);
  map[0][5][9] = 2;
  map[0][5][10] = 1;  // Beside the best.
  map[1][5][9] = 1;
  map[2][5][9] = 0.25;
  map[3][5][9] = -0.5;
  const auto faces = faces_of(map, 0.3);
  ASSERT_EQ(faces.size(), 1u);
  EXPECT_NEAR(faces[0].x, (9.5 + 0.25) * 4, 1e-5);
  EXPECT_NEAR(faces[0].y, (5.5 - 0.5) * 4, 1e-5);
  EXPECT_NEAR(faces[0].side, 64, 1e-4);
  EXPECT_NEAR(faces[0].score, 1 / (1 + std::exp(-2.)), 1e-5);
  EXPECT_TRUE(faces_of(map, 0.9).empty());
}

TEST(FaceDetector, RefusesWidthsThatDoNotDivide) {
  EXPECT_THROW(FaceDetector(FaceDetectorOptions{.width = 48}), core::Error);
}

}  // namespace
}  // namespace sakuga::models
