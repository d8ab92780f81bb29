#include "sakuga/cli/ledger.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "sakuga/core/error.h"
#include "sakuga/core/files.h"
#include "sakuga/data/dataset.h"
#include "sakuga/data/sources.h"
#include "sakuga/film/shot_ledger.h"
#include "sakuga/media/frames.h"
#include "sakuga/media/image_file.h"
#include "sakuga/weights/card.h"

namespace sakuga::cli {
namespace {

bool is_dataset(const std::filesystem::path& path) {
  std::string start(15, '\0');
  std::ifstream(path, std::ios::binary).read(start.data(), static_cast<std::streamsize>(start.size()));
  return path.extension() == ".dataset" || start == "SQLite format 3";
}

data::LedgerSummary ledger_in(const std::string& text, const std::filesystem::path& path) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    core::fail(core::ErrorKind::CorruptInput, "licence: the metadata of {} cannot be read", path.string());
  }
  const auto found = json.find("licence");
  return found == json.end() ? data::LedgerSummary{} : data::ledger_from_json(*found, path.string());
}

// Of a picture or film: what lies beside it (film/shot_ledger.h), else what it says in itself.
data::LedgerSummary ledger_of_picture(const std::filesystem::path& path) {
  const auto sidecar = film::sidecar_of(path);
  if (std::filesystem::exists(sidecar)) return ledger_in(core::read_text(sidecar), sidecar);
  const bool still = data::is_picture_name(path.filename().string());
  const auto metadata = still ? media::read_metadata(path) : media::FrameReader::open(path)->info().metadata;
  for (const char* name : {"sakuga", "SAKUGA"})  // Matroska writes names in capitals.
    if (const auto text = metadata.find(name); text != metadata.end()) return ledger_in(text->second, path);
  return {};
}

}  // namespace

data::LedgerSummary ledger_of(const std::filesystem::path& path) {
  if (!std::filesystem::is_regular_file(path)) {
    core::fail(core::ErrorKind::NotFound, "licence: there is no file {}", path.string());
  }
  if (is_dataset(path)) return data::Dataset::open(path).licences();
  if (path.extension() != ".safetensors") return ledger_of_picture(path);
  const auto card = weights::read_card(path);
  return card.licences.is_null() ? data::LedgerSummary{}
                                 : data::ledger_from_json(card.licences, path.string());
}

void print_ledger(const std::string& file, const data::LedgerSummary& ledger, bool json) {
  if (json) {
    auto line = data::ledger_to_json(ledger);
    line["file"] = file;
    fmt::print("{}\n", line.dump());
    return;
  }
  fmt::print("{}: {}\n", file, data::verdict_text(ledger));
  for (const auto& [id, count] : ledger.counts) fmt::print("{:>9} {}\n", count, id);
  for (const auto& credit : ledger.credits) {
    fmt::print("  name {}: {} ({}, {} pictures)\n",
               credit.author.empty() ? "(author unknown)" : credit.author, credit.source, credit.licence,
               credit.pictures);
  }
}

}  // namespace sakuga::cli
