#include "sakuga/rig/latent.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>

namespace sakuga::rig {
namespace {

Character learnt(uint64_t seed) {
  Character c = random_character(seed);
  c.design.hair_seed = 1 + c.design.hair_seed % kLearntHairSeeds;
  return c;
}

std::map<std::string, double> latents_of(const Latents& latents, const Character& c, uint64_t seed) {
  std::map<std::string, double> values;
  for (const auto& [name, value] : latents.of(c, seed)) values[name] = value;
  return values;
}

TEST(Latents, AreEvenAndIndependentOverRandomCharacters) {
  const Latents latents({});
  std::map<std::string, std::vector<double>> all;
  for (uint64_t seed = 1; seed <= 2000; ++seed)
    for (const auto& [name, value] : latents.of(learnt(seed), seed)) all[name].push_back(value);
  ASSERT_GT(all.size(), 90U);
  for (auto& [name, values] : all) {
    ASSERT_EQ(values.size(), 2000U) << name;
    std::ranges::sort(values);
    // Kolmogorov's distance to the even distribution; tied hair and hats depend on the tags' own shares.
    double distance = 0;
    for (size_t i = 0; i < values.size(); ++i)
      distance = std::max(distance, std::abs(values[i] - (double(i) + 0.5) / 2000));
    EXPECT_LT(distance, 0.08) << name;
  }
}

TEST(Latents, GrowWithTheirQuantity) {
  const Latents latents({});
  Character c = learnt(3);
  c.design.eye_size = 0.9;
  const double small = latents_of(latents, c, 3).at("eye_size");
  c.design.eye_size = 1.1;
  const auto large = latents_of(latents, c, 3);
  EXPECT_LT(small, 0.2);
  EXPECT_GT(large.at("eye_size"), 0.9);
}

TEST(Latents, TheChosenAlternativeHasTheLargestGumbelNumber) {
  const Latents latents({});
  for (uint64_t seed = 1; seed <= 200; ++seed) {
    const Character c = learnt(seed);
    const auto values = latents_of(latents, c, seed);
    const auto gumbel = [&](int64_t hair_seed) {
      return -std::log(-std::log(values.at("hair_seed_" + std::to_string(hair_seed))));
    };
    for (int64_t other = 1; other <= kLearntHairSeeds; ++other)
      EXPECT_LE(gumbel(other), gumbel(c.design.hair_seed));
  }
}

TEST(Latents, DoNotRepeatWhatTheTagsTell) {
  const Latents latents({});
  double sum = 0;
  for (uint64_t seed = 1; seed <= 500; ++seed) {
    Character c = learnt(seed);
    c.design.hat = "none";  // The only one without the tag "hat": nothing is left open.
    sum += latents_of(latents, c, seed).at("hat_beret");
  }
  EXPECT_NEAR(sum / 500, 0.5, 0.05);
}

}  // namespace
}  // namespace sakuga::rig
