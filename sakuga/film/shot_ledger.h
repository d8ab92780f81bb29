// What a shot was made from, under which licences, and what that permits.
//
// Each input counts as one picture. Its licence is what the shot file says; failing that, what the picture
// ("sakuga" metadata) or the model (its card) says of itself; failing that NOASSERTION, which permits
// nothing.
#pragma once

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "sakuga/data/licence.h"
#include "sakuga/film/digest.h"
#include "sakuga/film/shot.h"

namespace sakuga::film {

struct LedgerEntry {
  std::string role;    // "plate", "key frame", "layer 'sky'", "model", "sound".
  std::string file;    // As the shot file names it.
  std::string sha256;  // Of its content.
  Origin origin;       // As the shot file says.
  data::LedgerSummary summary;
};

struct ShotLedger {
  std::vector<LedgerEntry> entries;
  data::LedgerSummary total;
};

// `contents` are the digests of clips by the name of their file, for inputs that are not one file.
ShotLedger ledger_of(const Shot& shot, const std::map<std::string, std::string>& contents,
                     FileDigests& digests);

// {"shot", "made_of": [...], "licence": {...}, "verdict": "..."}, for sidecars and containers.
nlohmann::ordered_json ledger_json(const Shot& shot, const ShotLedger& ledger);

// The sidecar of a deliverable: "duel.mp4" -> "duel.mp4.ledger.json"; of a sequence, its pattern without the
// number.
std::filesystem::path sidecar_of(const std::filesystem::path& deliverable);

}  // namespace sakuga::film
