#include "sakuga/data/dataset.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <unordered_map>

#include "sakuga/core/error.h"
#include "sakuga/core/hash.h"
#include "sakuga/data/schema.h"
#include "sakuga/data/sqlite.h"
#include "sakuga/data/utf8.h"
#include "sakuga/media/image_file.h"

namespace sakuga::data {

using core::ErrorKind;

const char* split_name(Split split) {
  return split == Split::Train ? "train" : split == Split::Test ? "test" : "all";
}

Split split_from_name(const std::string& name) {
  for (const Split split : {Split::Train, Split::Test, Split::All}) {
    if (name == split_name(split)) return split;
  }
  core::fail(ErrorKind::BadRequest, "dataset: the split is train, test or all, not '{}'", name);
}

std::string pixel_sha256(const media::Image8& image) {
  const std::string text = fmt::format("{} {} {} {}", image.width, image.height, image.channels,
                                       core::sha256(std::as_bytes(std::span(image.bytes))));
  return core::sha256(std::as_bytes(std::span(text)));
}

Split split_of(const std::string& sha256) {
  return std::stoul(sha256.substr(0, 8), nullptr, 16) % 10 == 0 ? Split::Test : Split::Train;
}

std::string tag_name(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n"), last = text.find_last_not_of(" \t\r\n");
  if (first == std::string::npos) core::fail(ErrorKind::BadRequest, "tag: the name is empty");
  std::string name = text.substr(first, last - first + 1);
  if (!is_utf8(name)) core::fail(ErrorKind::BadRequest, "tag: a name is not UTF-8");
  for (char& c : name) {
    if (c == ' ') c = '_';
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == ',' || static_cast<unsigned char>(c) < 32 || c == 127) {
      core::fail(ErrorKind::BadRequest, "tag: '{}' has a comma or a control character", text);
    }
  }
  return name;
}

namespace {

bool is_latent(const std::string& name) {
  return name.starts_with("latent_");
}

}  // namespace

struct Dataset::State {
  explicit State(const std::filesystem::path& path) : database(path, Database::Mode::Read) {}

  void load_pictures();
  void load_names();
  void load_tags();
  const PictureInfo& info(int64_t id) const;

  mutable std::mutex mutex;  // Guards the database; the rest is constant once loaded.
  Database database;
  std::vector<std::string> tag_names, latent_names;
  std::vector<PictureInfo> infos;  // Ascending by id.
};

void Dataset::State::load_pictures() {
  Statement rows(database, "SELECT id, width, height, sha256, phash, split FROM picture ORDER BY id");
  while (rows.step()) {
    PictureInfo info = {.id = rows.integer(0),
                        .width = static_cast<int>(rows.integer(1)),
                        .height = static_cast<int>(rows.integer(2)),
                        .sha256 = rows.text(3),
                        .phash = static_cast<uint64_t>(rows.integer(4)),
                        .split = rows.text(5) == "test" ? Split::Test : Split::Train,
                        .tags = {},
                        .latents = {}};
    if (info.width < 1 || info.height < 1 || info.sha256.size() != 64) {
      core::fail(ErrorKind::CorruptInput, "dataset: {} is damaged: picture {} has no size or no sha256",
                 database.path().string(), info.id);
    }
    infos.push_back(std::move(info));
  }
}

void Dataset::State::load_names() {
  Statement rows(database, "SELECT DISTINCT name FROM tag ORDER BY name");
  while (rows.step()) (is_latent(rows.text(0)) ? latent_names : tag_names).push_back(rows.text(0));
  std::ranges::sort(tag_names);
  std::ranges::sort(latent_names);
}

void Dataset::State::load_tags() {
  load_names();
  std::unordered_map<std::string, int> index;
  for (const auto* names : {&tag_names, &latent_names})
    for (size_t i = 0; i < names->size(); ++i) index[(*names)[i]] = static_cast<int>(i);
  for (auto& each : infos) each.latents.assign(latent_names.size(), 0.5F);
  Statement rows(database, "SELECT picture, name, score FROM tag ORDER BY picture");
  auto info = infos.begin();
  while (rows.step()) {
    const int64_t id = rows.integer(0);
    while (info != infos.end() && info->id < id) ++info;
    const auto score = static_cast<float>(rows.real(2));
    if (info == infos.end() || info->id != id || !std::isfinite(score)) {
      core::fail(ErrorKind::CorruptInput, "dataset: {} is damaged: tag '{}' has no picture or no score",
                 database.path().string(), rows.text(1));
    }
    const auto name = rows.text(1);
    if (is_latent(name))
      info->latents[static_cast<size_t>(index.at(name))] = score;
    else
      info->tags.push_back({.tag = index.at(name), .score = score});
  }
  for (auto& each : infos) std::ranges::sort(each.tags, {}, &TagScore::tag);
}

const PictureInfo& Dataset::State::info(int64_t id) const {
  const auto found = std::ranges::lower_bound(infos, id, {}, &PictureInfo::id);
  if (found == infos.end() || found->id != id) {
    core::fail(ErrorKind::NotFound, "dataset: {} has no picture {}", database.path().string(), id);
  }
  return *found;
}

Dataset::Dataset(std::unique_ptr<State> state) : state_(std::move(state)) {}
Dataset::Dataset(Dataset&&) noexcept = default;
Dataset& Dataset::operator=(Dataset&&) noexcept = default;
Dataset::~Dataset() = default;

Dataset Dataset::open(const std::filesystem::path& path) {
  if (!std::filesystem::exists(path)) {
    core::fail(ErrorKind::NotFound, "dataset: there is no file {}", path.string());
  }
  auto state = std::make_unique<State>(path);
  check_schema(state->database);
  state->load_pictures();
  state->load_tags();
  return Dataset(std::move(state));
}

const std::filesystem::path& Dataset::path() const {
  return state_->database.path();
}

int64_t Dataset::size(Split split) const {
  return std::ranges::count_if(
      state_->infos, [&](const PictureInfo& info) { return split == Split::All || info.split == split; });
}

int64_t Dataset::latent_count() const {
  return static_cast<int64_t>(state_->latent_names.size());
}

const std::vector<std::string>& Dataset::tag_names() const {
  return state_->tag_names;
}

std::vector<PictureInfo> Dataset::pictures(Split split) const {
  std::vector<PictureInfo> chosen;
  std::ranges::copy_if(state_->infos, std::back_inserter(chosen),
                       [&](const PictureInfo& info) { return split == Split::All || info.split == split; });
  return chosen;
}

std::vector<std::byte> Dataset::encoded(int64_t id) const {
  state_->info(id);
  const std::lock_guard lock(state_->mutex);
  Statement row(state_->database, "SELECT bytes FROM picture WHERE id = ?");
  return row.bind(0, id).step() ? row.blob(0) : std::vector<std::byte>{};
}

media::Image8 Dataset::decode(int64_t id) const {
  const PictureInfo& info = state_->info(id);
  const std::string name = fmt::format("picture {} of {}", id, path().string());
  auto image = media::decode_image8(encoded(id), name);
  if (image.width != info.width || image.height != info.height) {
    core::fail(ErrorKind::CorruptInput, "dataset: {} is {} x {}, the table says {} x {}", name, image.width,
               image.height, info.width, info.height);
  }
  return image;
}

Origin Dataset::origin(int64_t id) const {
  state_->info(id);
  const std::lock_guard lock(state_->mutex);
  Statement row(state_->database,
                "SELECT source, author, licence, url, retrieved, file FROM origin WHERE picture = ?");
  if (!row.bind(0, id).step()) {
    core::fail(ErrorKind::CorruptInput, "dataset: {} is damaged: picture {} has no origin", path().string(),
               id);
  }
  return {.source = row.text(0),
          .author = row.text(1),
          .licence = row.text(2),
          .url = row.text(3),
          .retrieved = row.text(4),
          .file = row.text(5)};
}

std::string Dataset::digest() const {
  std::vector<const PictureInfo*> sorted;
  for (const auto& info : state_->infos) sorted.push_back(&info);
  std::ranges::sort(sorted, {}, &PictureInfo::sha256);
  std::string digests;
  for (const PictureInfo* info : sorted) {
    std::string text = info->sha256;
    for (const auto& [tag, score] : info->tags) {
      text += fmt::format("\n{}={}", state_->tag_names[static_cast<size_t>(tag)], score);
    }
    for (size_t i = 0; i < info->latents.size(); ++i)
      text += fmt::format("\n{}={}", state_->latent_names[i], info->latents[i]);
    const Origin from = origin(info->id);
    for (const auto& part : {from.source, from.author, from.licence, from.url}) text += '\0' + part;
    digests += core::sha256(std::as_bytes(std::span(text)));
  }
  return core::sha256(std::as_bytes(std::span(digests)));
}

LedgerSummary Dataset::licences() const {
  LedgerSummary summary = {.dataset_digest = digest()};
  const std::lock_guard lock(state_->mutex);
  Statement rows(state_->database,
                 "SELECT author, source, licence, count(*) FROM origin GROUP BY 1, 2, 3 ORDER BY 1, 2, 3");
  while (rows.step()) {
    const std::string licence = rows.text(2);
    summary.counts[licence] += rows.integer(3);
    if (!permissions_of(licence).attribution) continue;
    summary.credits.push_back(
        {.author = rows.text(0), .source = rows.text(1), .licence = licence, .pictures = rows.integer(3)});
  }
  return summary;
}

}  // namespace sakuga::data
