// The licence arithmetic, in one place: what a licence permits, what a set of pictures therefore permits,
// and whether a policy accepts that.
//
// A set permits what its worst member permits, and demands what any member demands. An unknown id and
// NOASSERTION permit nothing, and so does a set without members: nobody has said anything about it.
// Training, cropping and drawing count as making derivatives. This is bookkeeping, not legal advice.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace sakuga::data {

inline constexpr const char* kNoAssertion = "NOASSERTION";

// Two permissions and two duties. The default permits nothing.
struct Permissions {
  bool commercial = false;
  bool derivatives = false;
  bool attribution = false;  // Duty: name the author.
  bool share_alike = false;  // Duty: pass results on under the same licence.
  bool operator==(const Permissions&) const = default;
};

// What an SPDX id (compared without case) permits; Permissions{} if the id is not in the table. Expressions
// ("MIT OR GPL-2.0-only") are not in it.
Permissions permissions_of(const std::string& spdx);

// Whether the table has this id. NOASSERTION is known; LicenseRef-* ids are the user's own and never are.
bool is_known_licence(const std::string& spdx);

// The known id nearest to a misspelt one; empty if none is close.
std::string nearest_licence(const std::string& spdx);

// An author who must be named, once for each source and licence.
struct Credit {
  std::string author, source, licence;
  int64_t pictures = 0;
  bool operator==(const Credit&) const = default;
};

// Where a set of pictures comes from. Written into datasets' reports, models' cards and pictures' metadata.
struct LedgerSummary {
  std::map<std::string, int64_t> counts = {};  // Pictures by SPDX id.
  std::vector<Credit> credits = {};            // Whose licence demands attribution; sorted.
  std::string dataset_digest = {};             // Dataset::digest(), empty if unknown.
  bool operator==(const LedgerSummary&) const = default;
};

// The permissions of the worst member.
Permissions verdict(const LedgerSummary& summary);

// "may be adapted and sold; name the authors", or "permits nothing (12 pictures under NOASSERTION)".
std::string verdict_text(const LedgerSummary& summary);

enum class Policy { Commercial, NonCommercial, Any };

// Throws Error(BadRequest) unless `name` is commercial, noncommercial or any.
Policy policy_from_name(const std::string& name);

// Commercial wants commercial and derivatives, NonCommercial wants derivatives, Any wants nothing.
bool allows(const Permissions& permissions, Policy policy);
bool allows(const LedgerSummary& summary, Policy policy);

// Throws Error(RefusedByLicence) naming each refusing licence and its number of pictures. `what` is the
// file or thing that is checked.
void check_licence(const LedgerSummary& summary, Policy policy, const std::string& what);

// Adds the pictures of `part` to `total`; credits of the same author, source and licence become one. The
// total has the digest that it had.
void add_ledger(LedgerSummary& total, const LedgerSummary& part);

// {"counts": {...}, "credits": [...], "dataset_digest": "...", "verdict": {...}}. The verdict is there for
// other programs; reading ignores it and judges by the counts. Throws Error(CorruptInput) naming `where`.
nlohmann::json ledger_to_json(const LedgerSummary& summary);
LedgerSummary ledger_from_json(const nlohmann::json& json, const std::string& where);

}  // namespace sakuga::data
