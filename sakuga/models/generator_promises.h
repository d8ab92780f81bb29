// What every generator of tagged pictures promises, for tests.
#pragma once

#include <gtest/gtest.h>

#include "sakuga/models/net.h"
#include "sakuga/nn/compute.h"

namespace sakuga::models {

inline void expect_same_in_any_company(GeneratorNet& net) {
  net.eval();
  torch::NoGradGuard no_grad;
  const auto noise = torch::randn({16, net.noise_size()}), tags = torch::rand({16, net.tag_count()});
  const auto together = net.forward(noise, tags);
  const auto alone = net.forward(noise.narrow(0, 5, 1), tags.narrow(0, 5, 1));
  EXPECT_TRUE(torch::allclose(together[5], alone[0], 0,
                              nn::compute_precision() == nn::Precision::Float32 ? 1e-5 : 0));
}

inline void expect_same_once_prepared(GeneratorNet& net) {
  net.eval();
  torch::NoGradGuard no_grad;
  const auto noise = torch::randn({2, net.noise_size()}), tags = torch::rand({2, net.tag_count()});
  const auto before = net.forward(noise, tags);
  net.prepare_for_drawing();
  EXPECT_TRUE(torch::equal(net.forward(noise, tags), before));
}

}  // namespace sakuga::models
