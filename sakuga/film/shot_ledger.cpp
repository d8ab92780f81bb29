#include "sakuga/film/shot_ledger.h"

#include "sakuga/core/error.h"
#include "sakuga/data/sources.h"
#include "sakuga/media/image_file.h"
#include "sakuga/models/picture_translator.h"

namespace sakuga::film {

namespace fs = std::filesystem;

namespace {

data::LedgerSummary stated(const Origin& origin) {
  data::LedgerSummary summary;
  summary.counts[origin.licence] = 1;
  if (data::permissions_of(origin.licence).attribution)
    summary.credits.push_back(
        {.author = origin.author, .source = origin.source, .licence = origin.licence, .pictures = 1});
  return summary;
}

data::LedgerSummary unknown() {
  data::LedgerSummary summary;
  summary.counts[data::kNoAssertion] = 1;
  return summary;
}

// What a picture that Sakuga made says of itself.
data::LedgerSummary said_by_picture(const fs::path& file) {
  const bool sequence = file.filename().string().find('%') != std::string::npos;
  if (sequence || !data::is_picture_name(file.filename().string())) return unknown();
  const auto metadata = media::read_metadata(file);
  const auto text = metadata.find("sakuga");
  if (text == metadata.end()) return unknown();
  const auto json = nlohmann::json::parse(text->second, nullptr, false);
  if (!json.is_object() || !json.contains("licence")) return unknown();
  return data::ledger_from_json(json["licence"], file.string());
}

class Collector {
 public:
  Collector(const Shot& shot, const std::map<std::string, std::string>& contents, FileDigests& digests)
      : shot_(shot), contents_(contents), digests_(digests) {}

  void input(const std::string& role, const std::string& file, const Origin& origin) {
    const auto path = shot_.folder() / file;
    const auto content = contents_.find(file);
    LedgerEntry entry = {.role = role,
                         .file = file,
                         .sha256 = content != contents_.end() ? content->second : digests_.of(path, role),
                         .origin = origin,
                         .summary = origin.licence.empty() ? said_by_picture(path) : stated(origin)};
    take(std::move(entry));
  }

  void model(const std::string& file) {
    const auto model = models::PictureTranslator::load(shot_.folder() / file);
    const auto& licences = model->card().licences;
    take({.role = "model",
          .file = file,
          .sha256 = model->sha256(),
          .origin = {},
          .summary = licences.is_null() ? unknown() : data::ledger_from_json(licences, file)});
  }

  ShotLedger ledger;

 private:
  void take(LedgerEntry entry) {
    data::add_ledger(ledger.total, entry.summary);
    ledger.entries.push_back(std::move(entry));
  }

  const Shot& shot_;
  const std::map<std::string, std::string>& contents_;
  FileDigests& digests_;
};

}  // namespace

ShotLedger ledger_of(const Shot& shot, const std::map<std::string, std::string>& contents,
                     FileDigests& digests) {
  Collector collector(shot, contents, digests);
  if (shot.plate) collector.input("plate", shot.plate->file, shot.plate->origin);
  if (shot.stylise) {
    for (const auto& key : shot.stylise->keys) collector.input("key frame", key, shot.stylise->origin);
    if (!shot.stylise->model.empty()) collector.model(shot.stylise->model);
  }
  for (const auto& layer : shot.layers)
    if (layer.is_picture()) collector.input(fmt::format("layer '{}'", layer.name), layer.file, layer.origin);
  if (shot.audio && shot.audio->file != "plate")
    collector.input("sound", shot.audio->file, shot.audio->origin);
  return collector.ledger;
}

nlohmann::ordered_json ledger_json(const Shot& shot, const ShotLedger& ledger) {
  auto made_of = nlohmann::ordered_json::array();
  for (const auto& entry : ledger.entries) {
    nlohmann::ordered_json item = {{"role", entry.role}, {"file", entry.file}, {"sha256", entry.sha256}};
    item["licences"] = entry.summary.counts;
    if (!entry.origin.author.empty()) item["author"] = entry.origin.author;
    if (!entry.origin.source.empty()) item["origin"] = entry.origin.source;
    made_of.push_back(std::move(item));
  }
  return {{"shot", shot.name},
          {"title", shot.title},
          {"made_of", std::move(made_of)},
          {"licence", data::ledger_to_json(ledger.total)},
          {"verdict", data::verdict_text(ledger.total)}};
}

fs::path sidecar_of(const fs::path& deliverable) {
  auto name = deliverable.filename().string();
  if (const auto percent = name.find('%'); percent != std::string::npos) {
    const auto end = name.find('d', percent);
    name.erase(percent, end == std::string::npos ? std::string::npos : end - percent + 1);
    for (size_t twice = name.find(".."); twice != std::string::npos; twice = name.find(".."))
      name.erase(twice, 1);
  }
  return deliverable.parent_path() / (name + ".ledger.json");
}

}  // namespace sakuga::film
