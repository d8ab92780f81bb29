#include "sakuga/data/licence.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "sakuga/core/test_support.h"

namespace sakuga::data {
namespace {

using core::ErrorKind;
using core::expect_error;

LedgerSummary of(std::map<std::string, int64_t> counts) {
  return {.counts = std::move(counts)};
}

TEST(Licence, KnowsTheCreativeCommonsFamilies) {
  EXPECT_EQ(permissions_of("CC0-1.0"), (Permissions{.commercial = true, .derivatives = true}));
  EXPECT_EQ(permissions_of("CC-BY-4.0"),
            (Permissions{.commercial = true, .derivatives = true, .attribution = true}));
  EXPECT_EQ(permissions_of("CC-BY-NC-2.0"), (Permissions{.derivatives = true, .attribution = true}));
  EXPECT_EQ(permissions_of("CC-BY-NC-ND-3.0"), (Permissions{.attribution = true}));
  EXPECT_TRUE(permissions_of("CC-BY-ND-4.0").commercial);
  EXPECT_FALSE(permissions_of("CC-BY-ND-4.0").derivatives);
  EXPECT_TRUE(permissions_of("CC-BY-SA-3.0-DE").share_alike);
}

TEST(Licence, PermitsNothingWhereItKnowsNothing) {
  for (const char* id : {"NOASSERTION", "LicenseRef-mine", "CC-BY-9.0", "CC-BY", "", "MIT OR GPL-2.0-only"}) {
    EXPECT_EQ(permissions_of(id), Permissions{}) << id;
  }
  EXPECT_TRUE(is_known_licence("NOASSERTION"));
  EXPECT_FALSE(is_known_licence("LicenseRef-mine"));
}

TEST(Licence, ComparesIdsWithoutCase) {
  EXPECT_EQ(permissions_of("cc-by-4.0"), permissions_of("CC-BY-4.0"));
}

TEST(Licence, NamesTheNearestId) {
  EXPECT_EQ(nearest_licence("CC-BY-4"), "CC-BY-4.0");
  EXPECT_EQ(nearest_licence("CC0"), "CC0-1.0");
  EXPECT_EQ(nearest_licence("CC-BY"), "CC-BY-4.0");
  EXPECT_EQ(nearest_licence("CC-BY-SA"), "CC-BY-SA-4.0");
}

TEST(Licence, JudgesASetByItsWorstMember) {
  EXPECT_EQ(verdict(of({{"CC0-1.0", 1}, {"CC-BY-4.0", 1}})), permissions_of("CC-BY-4.0"));
  EXPECT_EQ(verdict(of({{"CC-BY-ND-4.0", 1}, {"CC-BY-NC-4.0", 1}})), (Permissions{.attribution = true}));
  EXPECT_FALSE(verdict(of({{"CC0-1.0", 9999}, {"NOASSERTION", 1}})).derivatives);
  EXPECT_EQ(verdict(of({})), Permissions{});
}

TEST(Licence, SaysTheVerdictInWords) {
  EXPECT_EQ(verdict_text(of({{"CC0-1.0", 1}})), "may be adapted and sold");
  EXPECT_EQ(verdict_text(of({{"CC-BY-NC-SA-4.0", 1}})),
            "may be adapted, not sold; name the authors; share alike");
  EXPECT_EQ(verdict_text(of({{"CC0-1.0", 1}, {"NOASSERTION", 2}})),
            "permits nothing (2 pictures under NOASSERTION)");
  EXPECT_EQ(verdict_text(of({{"CC-BY-ND-4.0", 1}})), "permits no adaptation (1 picture under CC-BY-ND-4.0)");
  EXPECT_EQ(verdict_text(of({})), "permits nothing (no licence is recorded)");
}

TEST(Licence, AppliesThePolicies) {
  const auto paid = of({{"CC-BY-4.0", 1}}), free_only = of({{"CC-BY-NC-4.0", 1}}), none = of({{"?", 1}});
  EXPECT_TRUE(allows(paid, Policy::Commercial));
  EXPECT_FALSE(allows(free_only, Policy::Commercial));
  EXPECT_TRUE(allows(free_only, Policy::NonCommercial));
  EXPECT_FALSE(allows(none, Policy::NonCommercial));
  EXPECT_TRUE(allows(none, Policy::Any));
}

TEST(Licence, RefusalNamesLicencesAndCounts) {
  const auto mixed = of({{"CC0-1.0", 5}, {"CC-BY-NC-4.0", 3}, {"NOASSERTION", 1}});
  expect_error(
      ErrorKind::RefusedByLicence,
      "faces.dataset is refused by the policy 'commercial': 3 pictures under CC-BY-NC-4.0, 1 picture "
      "under NOASSERTION",
      [&] { check_licence(mixed, Policy::Commercial, "faces.dataset"); });
  expect_error(ErrorKind::RefusedByLicence, "no licence is recorded",
               [] { check_licence({}, Policy::NonCommercial, "x"); });
  EXPECT_NO_THROW(check_licence(mixed, Policy::Any, "faces.dataset"));
}

TEST(Licence, RefusesAnUnknownPolicy) {
  EXPECT_EQ(policy_from_name("noncommercial"), Policy::NonCommercial);
  expect_error(ErrorKind::BadRequest, "not 'free'", [] { policy_from_name("free"); });
}

TEST(Licence, LedgerSurvivesJson) {
  const LedgerSummary summary = {
      .counts = {{"CC-BY-4.0", 2}, {"CC0-1.0", 1}},
      .credits = {{.author = "Johan Melin", .source = "toon-head", .licence = "CC-BY-4.0", .pictures = 2}},
      .dataset_digest = "ab"};
  const auto json = ledger_to_json(summary);
  EXPECT_EQ(ledger_from_json(json, "test"), summary);
  EXPECT_TRUE(json["verdict"]["commercial"].get<bool>());
}

TEST(Licence, RefusesALedgerThatIsNone) {
  for (const char* text :
       {"{}", "[]", "3", R"({"counts": {"MIT": "two"}})", R"({"counts": {}, "credits": [1]})"}) {
    expect_error(ErrorKind::CorruptInput, "the ledger in card.json cannot be read",
                 [&] { ledger_from_json(nlohmann::json::parse(text), "card.json"); });
  }
}

}  // namespace
}  // namespace sakuga::data
