#include "sakuga/models/tagger.h"

#include "sakuga/core/error.h"
#include "sakuga/models/golden.h"

namespace sakuga::models {
namespace {

constexpr auto kFile = "tagger.safetensors";

TEST(Tagger, HasLessThanTwoMillionParameters) {
  EXPECT_EQ(nn::parameter_count(*Tagger()), 1'786'934);
}

TEST(Tagger, AgreesWithTheReference) {
  const WithPrecision float32(nn::Precision::Float32);
  torch::NoGradGuard no_grad;
  Tagger net;
  set_formula(*net);
  net->eval();
  const auto pictures = uniform("pictures", {2, 3, 64, 64});
  EXPECT_LE(difference(net->features(pictures), kFile, "features"), 1e-4);
  EXPECT_LE(difference(net->forward(pictures), kFile, "logits"), 1e-4);
}

TEST(Tagger, LearnsOneBatchByHeart) {
  torch::manual_seed(0);
  Tagger net(TaggerOptions{.tags = 3, .blocks = 1});
  const auto pictures = torch::randn({6, 3, 32, 32});
  const auto tags = torch::eye(3).repeat({2, 1});
  EXPECT_LT(learned(*net, 20, 1e-3,
                    [&] { return torch::binary_cross_entropy_with_logits(net->forward(pictures), tags); }),
            0.1);
}

TEST(Tagger, ProbabilitiesOfAGroupAddUpToOne) {
  const auto logits = torch::tensor({{1.f, 5.f, 2.f, 0.f}});
  const auto probabilities = tag_probabilities(logits, {"hair", "", "hair", ""});
  EXPECT_NEAR((probabilities[0][0] + probabilities[0][2]).item<float>(), 1, 1e-6);
  EXPECT_NEAR(probabilities[0][1].item<float>(), 1 / (1 + std::exp(-5.)), 1e-6);
  EXPECT_NEAR(probabilities[0][3].item<float>(), 0.5, 1e-6);
  EXPECT_TRUE(torch::equal(tag_probabilities(logits, {}), torch::sigmoid(logits)));
}

TEST(Tagger, RefusesWidthsThatDoNotDivide) {
  EXPECT_THROW(Tagger(TaggerOptions{.width = 96}), core::Error);
}

}  // namespace
}  // namespace sakuga::models
