#include "sakuga/character/tags.h"

#include "sakuga/character/test_support.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;
using Weights = std::vector<float>;

// aqua, black, blonde hair; blue eyes; glasses; green eyes; smile.
const Vocabulary kVocabulary(fake_card());

Weights weights(const std::string& text, Unspecified unspecified = Unspecified::Off, uint64_t seed = 0) {
  return kVocabulary.weights(parse_tags(text), unspecified, seed);
}

TEST(Tags, AreParsedWithWeightsAndMinus) {
  EXPECT_EQ(parse_tags("blonde_hair, smile:0.7,-hat, open:-1"),
            (std::vector<TagRequest>{{"blonde_hair", 1}, {"smile", 0.7}, {"hat", 0}, {"open", -1}}));
}

TEST(Tags, MayBeSpelledWithBlanksAndCapitals) {
  EXPECT_EQ(parse_tags(" Blonde Hair : 0.5 "), (std::vector<TagRequest>{{"blonde_hair", 0.5}}));
}

TEST(Tags, MayBeNone) {
  EXPECT_TRUE(parse_tags("").empty());
  EXPECT_TRUE(parse_tags("  ").empty());
}

TEST(Tags, QuoteThePartThatIsWrong) {
  expect_error(ErrorKind::BadRequest, "expected a tag, got \"\"", [] { parse_tags("smile,,hat"); });
  expect_error(ErrorKind::BadRequest, "expected a tag, got \"-\"", [] { parse_tags("-"); });
  expect_error(ErrorKind::BadRequest, "both a minus and a weight", [] { parse_tags("-hat:0.5"); });
  for (const std::string text : {"hat:", "hat:x", "hat:0.5x", "hat:3", "hat:nan", "hat:-2.1"})
    expect_error(ErrorKind::BadRequest, "weight from -2 to 2 after the colon, got \"" + text + "\"",
                 [&] { parse_tags(text); });
}

TEST(Tags, ThatTheModelDoesNotHaveNameTheNearest) {
  expect_error(ErrorKind::BadRequest, "no tag blond_hair; did you mean blonde_hair?",
               [] { weights("blond_hair"); });
}

TEST(Tags, AreWeightsInTheModelsOrder) {
  EXPECT_EQ(weights("smile:0.5, black_hair, -glasses"), (Weights{0, 1, 0, 0, 0, 0, 0.5}));
  EXPECT_EQ(weights("smile, smile:0.25"), (Weights{0, 0, 0, 0, 0, 0, 0.25}));
}

TEST(Tags, GoToTheModelAsItWasTaught) {
  auto card = fake_card();
  EXPECT_EQ(Vocabulary(card).inputs({1, 0, 0.5, 0, 0, 0, -1}), (Weights{1, -1, 0, -1, -1, -1, -3}));
  card.tag_off = 0;
  EXPECT_EQ(Vocabulary(card).inputs({1, 0, 0.5, 0, 0, 0, -1}), (Weights{1, 0, 0.5, 0, 0, 0, -1}));
}

TEST(Tags, AreWrittenAsTheyAreRead) {
  const std::string text = "black_hair, glasses:-0.5, smile:0.7";
  EXPECT_EQ(kVocabulary.text(weights(text)), text);
}

TEST(UnspecifiedTags, AreOneOfEachGroupByItsShare) {
  std::vector<int> count(7, 0);
  for (uint64_t seed = 0; seed < 4000; ++seed) {
    const auto drawn = weights("", Unspecified::Random, seed);
    EXPECT_EQ(drawn[0] + drawn[1] + drawn[2], 1);
    EXPECT_EQ(drawn[3] + drawn[5], 1);
    for (size_t tag = 0; tag < 7; ++tag) count[tag] += drawn[tag] == 1;
  }
  const auto shares = fake_card().tag_frequencies;
  for (size_t tag = 0; tag < 7; ++tag) EXPECT_NEAR(count[tag] / 4000., shares[tag], 0.03);
}

TEST(UnspecifiedTags, OfOneGroupDoNotChangeWhenAnotherIsAskedFor) {
  for (uint64_t seed = 0; seed < 50; ++seed) {
    const auto free = weights("", Unspecified::Random, seed);
    const auto fixed = weights("aqua_hair", Unspecified::Random, seed);
    EXPECT_EQ(Weights(fixed.begin(), fixed.begin() + 3), (Weights{1, 0, 0}));
    EXPECT_EQ(Weights(fixed.begin() + 3, fixed.end()), Weights(free.begin() + 3, free.end()));
  }
}

TEST(UnspecifiedTags, AreNeverForbiddenOnes) {
  for (uint64_t seed = 0; seed < 200; ++seed) {
    const auto drawn = weights("-black_hair, -smile", Unspecified::Random, seed);
    EXPECT_EQ(drawn[1], 0);
    EXPECT_EQ(drawn[0] + drawn[2], 1);
    EXPECT_EQ(drawn[6], 0);
  }
  const auto none = weights("-aqua_hair, -black_hair, -blonde_hair", Unspecified::Random, 1);
  EXPECT_EQ(none[0] + none[1] + none[2], 0);
}

TEST(UnspecifiedTags, WithoutSharesAreEvenInGroupsAndOffAlone) {
  auto card = fake_card();
  card.tag_frequencies.clear();
  int aqua = 0;
  for (uint64_t seed = 0; seed < 3000; ++seed) {
    const auto drawn = Vocabulary(card).weights({}, Unspecified::Random, seed);
    aqua += drawn[0] == 1;
    EXPECT_EQ(drawn[4] + drawn[6], 0);
  }
  EXPECT_NEAR(aqua / 3000., 1. / 3, 0.03);
}

TEST(UnspecifiedTags, LeaveDialsInTheMiddleOfWhatTheModelSaw) {
  auto card = fake_card();
  card.dials = {card.tags[6]};
  for (const auto unspecified : {Unspecified::Random, Unspecified::Off}) {
    const auto drawn = Vocabulary(card).weights({}, unspecified, 5);
    EXPECT_FLOAT_EQ(drawn[6], float(card.tag_frequencies[6]));
    EXPECT_EQ(Vocabulary(card).weights({{card.tags[6], 0}}, unspecified, 5)[6], 0);
  }
}

TEST(UnspecifiedTags, GoTogetherAsTheyDidInExamples) {
  weights::Card card;
  card.tags = {"long_hair", "short_hair", "smile", "mouth_curve", "pose_yaw"};
  card.tag_groups = std::vector<std::string>(5);
  card.tag_frequencies = {0.5, 0.5, 0.5, 0.5, 0.5};
  card.dials = {"mouth_curve", "pose_yaw"};
  card.tag_examples = {{1, 0, 1, 0.9F, 0.2F}, {0, 1, 0, 0.3F, 0.8F}, {0, 1, 1, 0.8F, 0.6F}};
  const Vocabulary vocabulary(card);
  for (uint64_t seed = 0; seed < 100; ++seed) {
    const auto drawn = vocabulary.weights({}, Unspecified::Random, seed);
    EXPECT_EQ(drawn[0] + drawn[1], 1);
    EXPECT_EQ(drawn[2] == 1, drawn[3] > 0.5F);
    EXPECT_EQ(drawn[4], 0.5F) << "straight ahead";
    const auto sad = vocabulary.weights({{"smile", 0}}, Unspecified::Random, seed);
    EXPECT_EQ(sad, (Weights{0, 1, 0, 0.3F, 0.5F}));
    EXPECT_LT(vocabulary.weights({{"mouth_curve", 0.2}}, Unspecified::Random, seed)[2], 0.5F);
  }
}

TEST(VariedTags, ReplaceTheirGroup) {
  const auto varied = kVocabulary.weights(parse_tags("black_hair, blue_eyes"), parse_tags("aqua_hair:0.5"),
                                          Unspecified::Off, 0);
  EXPECT_EQ(varied, (Weights{0.5, 0, 0, 1, 0, 0, 0}));
}

TEST(TagGroups, ListTheirTags) {
  EXPECT_EQ(kVocabulary.members("eyes"), (std::vector<std::string>{"blue_eyes", "green_eyes"}));
  EXPECT_EQ(kVocabulary.members("smile"), std::vector<std::string>{"smile"});
  expect_error(ErrorKind::BadRequest, "no tag or group eyez; did you mean eyes?",
               [] { kVocabulary.members("eyez"); });
}

TEST(Vocabulary, MayBeEmpty) {
  EXPECT_TRUE(Vocabulary(weights::Card{}).weights({}, Unspecified::Random, 3).empty());
}

}  // namespace
}  // namespace sakuga::character
