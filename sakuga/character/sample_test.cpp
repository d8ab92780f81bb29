#include "sakuga/character/sample.h"

#include <set>

#include "sakuga/character/test_support.h"

namespace sakuga::character {
namespace {

const Vocabulary kVocabulary(fake_card());

TEST(Sample, HasTheCombinationsOfTheDataAndSeedsOfItsOwn) {
  const std::vector<std::vector<float>> combinations = {{1, 0, 0, 1, 0, 0, 0}, {0, 1, 0, 0, 1, 1, 0}};
  const auto subjects = sample_subjects(kVocabulary, combinations, 200, 5);
  std::set<uint64_t> seeds;
  int first = 0;
  for (const auto& subject : subjects) {
    seeds.insert(subject.seed);
    first += subject.tags == combinations[0];
    EXPECT_TRUE(subject.tags == combinations[0] || subject.tags == combinations[1]);
  }
  EXPECT_NEAR(first, 100, 30);
  EXPECT_EQ(seeds.size(), 200u);
  EXPECT_EQ(subjects[3].seed, (uint64_t{5} << 32) + 3);
  EXPECT_EQ(sample_subjects(kVocabulary, combinations, 200, 5)[150].tags, subjects[150].tags);
}

TEST(Sample, DrawsTheGroupsOfWhichACombinationSaysNothing) {
  const std::vector<std::vector<float>> combinations = {{1, 0, 0, 0, 0, 0, 0}};
  for (const auto& subject : sample_subjects(kVocabulary, combinations, 50, 0)) {
    EXPECT_EQ(subject.tags[0], 1);
    EXPECT_EQ(subject.tags[3] + subject.tags[5], 1) << "some eye colour";
    EXPECT_EQ(subject.tags[4] + subject.tags[6], 0) << "lone tags as in the data: off";
  }
  for (const auto& subject : sample_subjects(kVocabulary, {}, 50, 0))
    EXPECT_EQ(subject.tags[0] + subject.tags[1] + subject.tags[2], 1);
}

TEST(Sample, RefusesCombinationsOfOtherTags) {
  const std::vector<std::vector<float>> combinations = {{1, 0}};
  expect_error(core::ErrorKind::BadRequest, "a combination of 2 tags, the model has 7",
               [&] { sample_subjects(kVocabulary, combinations, 5, 0); });
}

}  // namespace
}  // namespace sakuga::character
