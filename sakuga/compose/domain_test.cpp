#include "sakuga/compose/domain.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sakuga/core/rng.h"

namespace sakuga::compose {
namespace {

// Light above, dark below (or upside down), with noise.
media::Image8 landscape(uint64_t seed, bool upright = true) {
  core::Rng rng(seed, 1);
  media::Image8 picture(48, 32, 3);
  for (int y = 0; y < picture.height; ++y)
    for (int x = 0; x < picture.width; ++x)
      for (int c = 0; c < 3; ++c)
        picture.at(x, y)[c] = uint8_t(((y < 16) == upright ? 180 : 60) + rng.uniform() * 40);
  return picture;
}

std::vector<Gist> landscapes() {
  std::vector<Gist> gists;
  for (uint64_t seed = 0; seed < 64; ++seed) gists.push_back(gist_of(landscape(seed)));
  return gists;
}

TEST(Domain, APictureOfItsKindIsNear) {
  const auto domain = domain_of(landscapes());
  ASSERT_TRUE(domain);
  for (uint64_t seed = 100; seed < 110; ++seed) EXPECT_LT(distance(*domain, gist_of(landscape(seed))), 1.3);
}

TEST(Domain, APictureOfAnotherKindIsFar) {
  const auto domain = domain_of(landscapes());
  ASSERT_TRUE(domain);
  EXPECT_GT(distance(*domain, gist_of(landscape(100, false))), 2);
  EXPECT_GT(distance(*domain, gist_of(media::Image8(40, 40, 3))), 2);
}

TEST(Domain, TheGistTellsDirections) {
  media::Image8 upright(64, 64, 3), level(64, 64, 3);
  for (int y = 0; y < 64; ++y)
    for (int x = 0; x < 64; ++x)
      for (int c = 0; c < 3; ++c) {
        upright.at(x, y)[c] = uint8_t(x / 4 % 2 * 255);
        level.at(x, y)[c] = uint8_t(y / 4 % 2 * 255);
      }
  EXPECT_GT(gist_of(upright)[0], 0.3f);
  EXPECT_LT(gist_of(upright)[4], 0.01f);
  EXPECT_GT(gist_of(level)[4], 0.3f);
  EXPECT_LT(gist_of(level)[0], 0.01f);
}

TEST(Domain, TooFewPicturesMakeNone) {
  const auto gists = landscapes();
  EXPECT_FALSE(domain_of(std::span(gists).first(15)));
}

TEST(Domain, ComesBackFromItsCard) {
  const auto domain = domain_of(landscapes());
  const auto again = domain_from_json(to_json(*domain));
  ASSERT_TRUE(again);
  const auto stranger = gist_of(landscape(3, false));
  EXPECT_NEAR(distance(*again, stranger), distance(*domain, stranger), 0.01);
}

TEST(Domain, DamagedCardsHaveNone) {
  auto json = to_json(*domain_of(landscapes()));
  EXPECT_FALSE(domain_from_json(nullptr));
  json["deviation"][3] = 0;
  EXPECT_FALSE(domain_from_json(json));
  json["deviation"] = {1, 2};
  EXPECT_FALSE(domain_from_json(json));
}

}  // namespace
}  // namespace sakuga::compose
