#include "sakuga/train/metrics/identity.h"

#include <gtest/gtest.h>

#include <cmath>

#include "sakuga/core/rng.h"
#include "sakuga/core/test_support.h"

namespace sakuga::metrics {
namespace {

// Two numbers for each picture: a point on the circle, of any length.
FeatureSet at_angles(std::initializer_list<double> degrees) {
  FeatureSet set = {.dimension = 2};
  for (const double angle : degrees) {
    set.values.push_back(float(3 * std::cos(angle * M_PI / 180)));
    set.values.push_back(float(3 * std::sin(angle * M_PI / 180)));
  }
  return set;
}

TEST(EqualError, IsZeroForCharactersApart) {
  const std::vector<int64_t> who = {5, 5, 8, 8};
  const auto errors = equal_error(at_angles({0, 10, 90, 100}), who);
  EXPECT_EQ(errors.equal_error, 0);
  EXPECT_EQ(errors.same, 2);
  EXPECT_EQ(errors.others, 4);
  EXPECT_NEAR(errors.same_cosine, std::cos(10 * M_PI / 180), 1e-6);
}

TEST(EqualError, CountsWhatIsJudgedWrongly) {
  // Of one character 10, 10, 10 and 50 degrees apart; of two 35, 45 and 45, the other 21 farther.
  const std::vector<int64_t> who = {1, 1, 2, 2, 3, 3, 4, 4};
  const auto errors = equal_error(at_angles({0, 10, 45, 55, 180, 190, 250, 300}), who);
  // Within 50 degrees none is missed and 3 of 24 are taken; nearer, one of four is missed.
  EXPECT_EQ(errors.same, 4);
  EXPECT_EQ(errors.others, 24);
  EXPECT_NEAR(errors.equal_error, 3. / 24 / 2, 1e-6);
  EXPECT_NEAR(errors.threshold, std::cos(50 * M_PI / 180), 1e-6);
}

TEST(EqualError, IsAHalfByChance) {
  FeatureSet set = {.dimension = 8, .values = std::vector<float>(8 * 200)};
  core::fill_normal(set.values, 3);
  std::vector<int64_t> who;
  for (int64_t i = 0; i < 200; ++i) who.push_back(i / 4);
  EXPECT_NEAR(equal_error(set, who).equal_error, 0.5, 0.05);
}

TEST(EqualError, WantsSeveralPicturesOfSeveralCharacters) {
  const std::vector<int64_t> one = {1, 1}, each = {1, 2};
  for (const auto& who : {one, each})
    core::expect_error(core::ErrorKind::BadRequest, "several characters", [&] {
      equal_error(at_angles({0, 10}), who);
    });
  core::expect_error(core::ErrorKind::BadRequest, "3 vectors of 2 pictures", [&] {
    equal_error(at_angles({0, 10, 20}), one);
  });
}

}  // namespace
}  // namespace sakuga::metrics
