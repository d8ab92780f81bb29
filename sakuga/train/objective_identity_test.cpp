#include "sakuga/train/objective_identity.h"

#include "sakuga/train/test_support.h"

namespace sakuga::train {
namespace {

TEST(IdentityLoss, IsTheChanceToFindTheOtherViews) {
  // Two views of one character at a right angle to a stranger.
  const auto embeddings = torch::tensor({{1.0, 0.0}, {1.0, 0.0}, {0.0, 1.0}});
  const auto series = torch::tensor({7, 7, 9});
  EXPECT_NEAR(identity_loss(embeddings, series, 0.5).item<double>(), std::log(1 + std::exp(-2.0)), 1e-6);
  EXPECT_EQ(identity_loss(embeddings, torch::tensor({1, 2, 3}), 0.5).item<double>(), 0);
}

TEST(IdentityLoss, HasTheGradientOfFiniteDifferences) {
  torch::manual_seed(1);
  auto free = torch::randn({6, 3}, torch::kFloat64).requires_grad_();
  const auto series = torch::tensor({0, 0, 1, 1, 1, 2});
  EXPECT_LT(gradient_error(
                free, [&] { return identity_loss(torch::nn::functional::normalize(free), series, 0.2); }),
            1e-7);
}

}  // namespace
}  // namespace sakuga::train
