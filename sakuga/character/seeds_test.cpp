#include "sakuga/character/seeds.h"

#include "sakuga/character/test_support.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;
using Seeds = std::vector<uint64_t>;

TEST(Seeds, AreNumbersAndRangesInTheOrderGiven) {
  EXPECT_EQ(parse_seeds("0-3,40"), (Seeds{0, 1, 2, 3, 40}));
  EXPECT_EQ(parse_seeds(" 7 , 2 - 3,7"), (Seeds{7, 2, 3, 7}));
  EXPECT_EQ(parse_seeds("5-5"), Seeds{5});
}

TEST(Seeds, ReachToTheLargestNumberOf64Bits) {
  EXPECT_EQ(parse_seeds("18446744073709551614-18446744073709551615"),
            (Seeds{18446744073709551614u, 18446744073709551615u}));
  expect_error(ErrorKind::BadRequest, "below 2^64, got \"18446744073709551616\"",
               [] { parse_seeds("18446744073709551616"); });
}

TEST(Seeds, QuoteThePartThatIsWrong) {
  for (const std::string text : {"", "cat", "1,,2", "1-", "-5", "1-2-3", "1.5", "0x10", "3 4"})
    expect_error(ErrorKind::BadRequest, "like 0-35,40, got \"", [&] { parse_seeds(text); });
  expect_error(ErrorKind::BadRequest, "\"x1\"", [] { parse_seeds("3,x1"); });
}

TEST(Seeds, MustNotRunBackwards) {
  expect_error(ErrorKind::BadRequest, "runs backwards; write 3-9", [] { parse_seeds("9-3"); });
}

TEST(Seeds, HaveALimit) {
  EXPECT_EQ(parse_seeds("1-100000").size(), 100'000u);
  expect_error(ErrorKind::BadRequest, "at most 100000 seeds", [] { parse_seeds("0-100000"); });
  expect_error(ErrorKind::BadRequest, "at most 100000 seeds", [] { parse_seeds("0-18446744073709551615"); });
  expect_error(ErrorKind::BadRequest, "at most 100000 seeds", [] { parse_seeds("1-100000,5"); });
}

}  // namespace
}  // namespace sakuga::character
