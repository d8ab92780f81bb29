#include "sakuga/train/ema.h"

#include <gtest/gtest.h>

namespace sakuga::train {
namespace {

TEST(Ema, MovesWeightsAndStatisticsByTheSameShare) {
  torch::nn::BatchNorm2d net(2), average(2);
  net->weight.data().fill_(5);
  net->running_mean.fill_(4);
  net->num_batches_tracked.fill_(7);
  move_towards(*average, *net, 0.75);
  EXPECT_FLOAT_EQ(average->weight[0].item<float>(), 2);
  EXPECT_FLOAT_EQ(average->running_mean[1].item<float>(), 1);
  EXPECT_EQ(average->num_batches_tracked.item<int64_t>(), 7);
}

TEST(Ema, HalvesInItsHalfLife) {
  const double decay = ema_decay(1000, 100, 1'000'000);
  EXPECT_NEAR(std::pow(decay, 10), 0.5, 1e-12);
}

TEST(Ema, ForgetsTheStartFasterThanItsHalfLife) {
  EXPECT_EQ(ema_decay(1000, 100, 0), 0);
  EXPECT_NEAR(ema_decay(1000, 100, 2000), 0.5, 1e-12);
  EXPECT_EQ(ema_decay(0, 100, 2000), 0);
}

}  // namespace
}  // namespace sakuga::train
