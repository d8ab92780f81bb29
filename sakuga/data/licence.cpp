#include "sakuga/data/licence.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <tuple>

#include "sakuga/core/error.h"
#include "sakuga/core/fields.h"

namespace sakuga::data {
namespace {

using core::ErrorKind;

constexpr Permissions kFree = {.commercial = true, .derivatives = true};
constexpr Permissions kNamed = {.commercial = true, .derivatives = true, .attribution = true};
constexpr Permissions kCopyleft = {
    .commercial = true, .derivatives = true, .attribution = true, .share_alike = true};

struct KnownLicence {
  const char* id;
  Permissions permissions;
};

// Ids of https://spdx.org/licenses that pictures, fonts and game art carry, but for the Creative Commons
// families, which creative_commons() reads. The GNU ids without "only" or "or-later" are deprecated ones.
constexpr auto kTable = std::to_array<KnownLicence>({
    {"NOASSERTION", {}},
    {"NONE", {}},
    {"CC0-1.0", kFree},
    {"CC-PDDC", kFree},
    {"CC-PDM-1.0", kFree},
    {"PDDL-1.0", kFree},
    {"Unlicense", kFree},
    {"WTFPL", kFree},
    {"0BSD", kFree},
    {"MIT-0", kFree},
    {"MIT", kNamed},
    {"X11", kNamed},
    {"ISC", kNamed},
    {"Zlib", kNamed},
    {"BSD-1-Clause", kNamed},
    {"BSD-2-Clause", kNamed},
    {"BSD-3-Clause", kNamed},
    {"BSD-4-Clause", kNamed},
    {"BSL-1.0", kNamed},
    {"Apache-2.0", kNamed},
    {"Artistic-2.0", kNamed},
    {"ODC-By-1.0", kNamed},
    {"CDLA-Permissive-1.0", kNamed},
    {"CDLA-Permissive-2.0", kNamed},
    {"OGL-UK-3.0", kNamed},
    {"etalab-2.0", kNamed},
    {"MPL-2.0", kCopyleft},
    {"LAL-1.3", kCopyleft},
    {"ODbL-1.0", kCopyleft},
    {"CDLA-Sharing-1.0", kCopyleft},
    {"OFL-1.0", kCopyleft},
    {"OFL-1.1", kCopyleft},
    {"GFDL-1.2-only", kCopyleft},
    {"GFDL-1.2-or-later", kCopyleft},
    {"GFDL-1.3-only", kCopyleft},
    {"GFDL-1.3-or-later", kCopyleft},
    {"GPL-1.0-or-later", kCopyleft},
    {"GPL-2.0", kCopyleft},
    {"GPL-2.0+", kCopyleft},
    {"GPL-2.0-only", kCopyleft},
    {"GPL-2.0-or-later", kCopyleft},
    {"GPL-3.0", kCopyleft},
    {"GPL-3.0+", kCopyleft},
    {"GPL-3.0-only", kCopyleft},
    {"GPL-3.0-or-later", kCopyleft},
    {"LGPL-2.1-only", kCopyleft},
    {"LGPL-2.1-or-later", kCopyleft},
    {"LGPL-3.0-only", kCopyleft},
    {"LGPL-3.0-or-later", kCopyleft},
    {"AGPL-3.0-only", kCopyleft},
    {"AGPL-3.0-or-later", kCopyleft},
});

struct Family {
  const char* prefix;
  Permissions permissions;
};

constexpr auto kCreativeCommons = std::to_array<Family>({
    {"CC-BY", kNamed},
    {"CC-BY-SA", kCopyleft},
    {"CC-BY-NC", {.derivatives = true, .attribution = true}},
    {"CC-BY-ND", {.commercial = true, .attribution = true}},
    {"CC-BY-NC-SA", {.derivatives = true, .attribution = true, .share_alike = true}},
    {"CC-BY-NC-ND", {.attribution = true}},
});
constexpr auto kVersions = std::to_array<const char*>({"1.0", "2.0", "2.1", "2.5", "3.0", "4.0"});
constexpr auto kPorts =
    std::to_array<const char*>({"", "-AT", "-AU", "-DE", "-FR", "-IGO", "-JP", "-NL", "-UK", "-US"});

std::string lower(std::string text) {
  for (char& c : text) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return text;
}

const std::map<std::string, Permissions>& by_lower_name() {
  static const auto table = [] {
    std::map<std::string, Permissions> made;
    for (const auto& known : kTable) made[lower(known.id)] = known.permissions;
    for (const auto& family : kCreativeCommons) {
      for (const char* version : kVersions) {
        for (const char* port : kPorts) {
          made[lower(fmt::format("{}-{}{}", family.prefix, version, port))] = family.permissions;
        }
      }
    }
    return made;
  }();
  return table;
}

std::string counted(const std::map<std::string, int64_t>& counts) {
  std::string text;
  for (const auto& [id, count] : counts) {
    text += fmt::format("{}{} {} under {}", text.empty() ? "" : ", ", count,
                        count == 1 ? "picture" : "pictures", id);
  }
  return text;
}

std::map<std::string, int64_t> refusing(const LedgerSummary& summary, Policy policy) {
  std::map<std::string, int64_t> found;
  for (const auto& [id, count] : summary.counts) {
    if (!allows(permissions_of(id), policy)) found[id] = count;
  }
  return found;
}

nlohmann::json permissions_to_json(const Permissions& permissions) {
  return {{"commercial", permissions.commercial},
          {"derivatives", permissions.derivatives},
          {"attribution", permissions.attribution},
          {"share_alike", permissions.share_alike}};
}

}  // namespace

Permissions permissions_of(const std::string& spdx) {
  const auto found = by_lower_name().find(lower(spdx));
  return found == by_lower_name().end() ? Permissions{} : found->second;
}

bool is_known_licence(const std::string& spdx) {
  return by_lower_name().contains(lower(spdx));
}

std::string nearest_licence(const std::string& spdx) {
  for (const char* version : {"-4.0", "-1.0", "-2.0", "-3.0"}) {  // The usual mistake is to leave it out.
    if (is_known_licence(spdx + version)) return spdx + version;
  }
  std::vector<std::string> known;
  for (const auto& licence : kTable) known.emplace_back(licence.id);
  for (const auto& family : kCreativeCommons) known.push_back(fmt::format("{}-4.0", family.prefix));
  return core::nearest_name(spdx, known);
}

Permissions verdict(const LedgerSummary& summary) {
  if (summary.counts.empty()) return {};
  Permissions worst = kFree;
  for (const auto& [id, count] : summary.counts) {
    const Permissions one = permissions_of(id);
    worst.commercial &= one.commercial;
    worst.derivatives &= one.derivatives;
    worst.attribution |= one.attribution;
    worst.share_alike |= one.share_alike;
  }
  return worst;
}

std::string verdict_text(const LedgerSummary& summary) {
  const Permissions worst = verdict(summary);
  if (!worst.derivatives) {
    const auto found = refusing(summary, Policy::NonCommercial);
    const std::string permitted = worst.commercial ? "permits no adaptation" : "permits nothing";
    return fmt::format("{} ({})", permitted, found.empty() ? "no licence is recorded" : counted(found));
  }
  std::string text = worst.commercial ? "may be adapted and sold" : "may be adapted, not sold";
  if (worst.attribution) text += "; name the authors";
  if (worst.share_alike) text += "; share alike";
  return text;
}

Policy policy_from_name(const std::string& name) {
  if (name == "commercial") return Policy::Commercial;
  if (name == "noncommercial") return Policy::NonCommercial;
  if (name == "any") return Policy::Any;
  core::fail(ErrorKind::BadRequest, "licence: the policy is commercial, noncommercial or any, not '{}'",
             name);
}

bool allows(const Permissions& permissions, Policy policy) {
  if (policy == Policy::Any) return true;
  return permissions.derivatives && (permissions.commercial || policy == Policy::NonCommercial);
}

bool allows(const LedgerSummary& summary, Policy policy) {
  return allows(verdict(summary), policy);
}

void check_licence(const LedgerSummary& summary, Policy policy, const std::string& what) {
  if (allows(summary, policy)) return;
  const std::string wanted = policy == Policy::Commercial ? "commercial" : "noncommercial";
  const auto found = refusing(summary, policy);
  core::fail(ErrorKind::RefusedByLicence, "licence: {} is refused by the policy '{}': {}", what, wanted,
             found.empty() ? "no licence is recorded" : counted(found));
}

void add_ledger(LedgerSummary& total, const LedgerSummary& part) {
  for (const auto& [id, count] : part.counts) total.counts[id] += count;
  for (const auto& credit : part.credits) {
    const auto same = std::find_if(total.credits.begin(), total.credits.end(), [&](const Credit& c) {
      return c.author == credit.author && c.source == credit.source && c.licence == credit.licence;
    });
    if (same == total.credits.end())
      total.credits.push_back(credit);
    else
      same->pictures += credit.pictures;
  }
  std::sort(total.credits.begin(), total.credits.end(), [](const Credit& a, const Credit& b) {
    return std::tie(a.author, a.source, a.licence) < std::tie(b.author, b.source, b.licence);
  });
}

nlohmann::json ledger_to_json(const LedgerSummary& summary) {
  nlohmann::json credits = nlohmann::json::array();
  for (const auto& credit : summary.credits) {
    credits.push_back({{"author", credit.author},
                       {"source", credit.source},
                       {"licence", credit.licence},
                       {"pictures", credit.pictures}});
  }
  return {{"counts", summary.counts},
          {"credits", std::move(credits)},
          {"dataset_digest", summary.dataset_digest},
          {"verdict", permissions_to_json(verdict(summary))}};
}

LedgerSummary ledger_from_json(const nlohmann::json& json, const std::string& where) {
  LedgerSummary summary;
  try {
    for (const auto& [id, count] : json.at("counts").items()) summary.counts[id] = count.get<int64_t>();
    for (const auto& credit : json.value("credits", nlohmann::json::array())) {
      summary.credits.push_back({.author = credit.at("author").get<std::string>(),
                                 .source = credit.at("source").get<std::string>(),
                                 .licence = credit.at("licence").get<std::string>(),
                                 .pictures = credit.at("pictures").get<int64_t>()});
    }
    summary.dataset_digest = json.value("dataset_digest", "");
  } catch (const nlohmann::json::exception& error) {
    core::fail(ErrorKind::CorruptInput, "licence: the ledger in {} cannot be read: {}", where, error.what());
  }
  return summary;
}

}  // namespace sakuga::data
