#include "sakuga/character/sheet.h"

#include <algorithm>

#include "sakuga/character/metadata.h"
#include "sakuga/character/pose.h"
#include "sakuga/character/seeds.h"
#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"
#include "sakuga/rig/cast.h"

namespace sakuga::character {
namespace {

constexpr uint64_t kYearStream = 4;  // Of a seed's numbers; noise and tags are streams 0 and 1.
constexpr int64_t kAtOnce = 16;
constexpr size_t kColumns = 6;
constexpr int kColours = 8, kCastColours = 5;
constexpr double kTurn = 25;  // Degrees.

// The middle of a picture, where the character is.
media::Image8 middle_of(const media::Image8& picture) {
  const int left = picture.width / 5, top = picture.height / 10;
  media::Image8 middle(picture.width - 2 * left, picture.height - top, 3);
  for (int y = 0; y < middle.height; ++y)
    std::copy_n(picture.at(left, top + y), size_t(middle.width) * 3, middle.at(0, y));
  return middle;
}

std::vector<media::Swatch> swatches_of(const std::vector<media::Image8>& pictures, int count) {
  std::vector<media::Swatch> swatches;
  for (const auto& main : character_colours(pictures, count)) swatches.push_back(main.colour);
  return swatches;
}

Subject subject_of(const Artist& artist, const SheetOptions& options) {
  const Vocabulary vocabulary(artist.card);
  const auto seed = uint64_t(options.seed);
  return {seed,
          vocabulary.weights(parse_tags(options.tags), unspecified_from_name(options.unspecified), seed)};
}

bool asks_for(const std::vector<TagRequest>& requests, const std::string& name) {
  return std::any_of(requests.begin(), requests.end(),
                     [&](const TagRequest& request) { return request.name == name; });
}

std::vector<std::string> checked_locks(std::vector<std::string> locks, const Artist& artist) {
  std::erase(locks, "none");
  core::check_field("cast: lock", locks, {.choices = rig::cast_locks()});
  for (const auto& lock : locks)
    if (lock != "era" || !Vocabulary(artist.card).is_dial("era_year"))
      core::fail(core::ErrorKind::BadRequest, "cast: {} cannot lock {}; a model holds {}, the rig all",
                 artist.name, lock,
                 Vocabulary(artist.card).is_dial("era_year") ? "the era alone" : "nothing");
  return locks;
}

media::Metadata metadata_of(const Artist& artist, const std::string& command,
                            const std::vector<Subject>& subjects, double truncation) {
  auto json = origin_json(artist, command);
  json["truncation"] = truncation;
  for (const auto& subject : subjects) json["characters"].push_back(subject_json(artist, subject));
  return {{"sakuga", json.dump()}};
}

}  // namespace

std::vector<compose::MainColour> character_colours(const std::vector<media::Image8>& pictures, int count) {
  std::vector<media::Image8> middles;
  for (const auto& picture : pictures) middles.push_back(middle_of(picture));
  return compose::main_colours(middles, count);
}

std::vector<media::Image8> draw_shots(const Artist& artist, const Subject& subject,
                                      const std::vector<rig::Shot>& shots, double truncation) {
  expect_dials(artist.card, artist.name);
  const Vocabulary vocabulary(artist.card);
  std::vector<Subject> subjects;
  for (const auto& shot : shots) subjects.push_back({subject.seed, posed(vocabulary, subject.tags, shot)});
  std::vector<media::Image8> pictures(shots.size());
  draw_subjects(artist, subjects, truncation, kAtOnce,
                [&](size_t index, media::Image8 picture) { pictures[index] = std::move(picture); });
  return pictures;
}

media::Image8 draw_sheet(const Artist& artist, const SheetOptions& options) {
  const Subject subject = subject_of(artist, options);
  auto turns = draw_shots(artist, subject, rig::sheet_turns(), options.truncation);
  auto moods = draw_shots(artist, subject, rig::sheet_moods(), options.truncation);
  auto colours = swatches_of(turns, kColours);
  return media::draw_page({.rows = {std::move(turns), std::move(moods)}, .swatches = {std::move(colours)}});
}

const std::vector<std::string>& cast_locks() {
  static const std::vector<std::string> locks = {"era"};
  return locks;
}

std::vector<Subject> cast_members(const Artist& artist, const CastOptions& options) {
  expect_dials(artist.card, artist.name);
  const auto locks = checked_locks(options.lock, artist);
  const Vocabulary vocabulary(artist.card);
  const auto requests = parse_tags(options.tags);
  const auto seeds = parse_seeds(options.seeds);
  const bool own_years = vocabulary.is_dial("era_year") && !asks_for(requests, "era_year");
  const bool one_era = std::ranges::count(locks, "era") > 0;
  std::vector<Subject> members;
  for (const uint64_t seed : seeds) {
    auto asked = requests;
    if (own_years) asked.push_back({"era_year", core::Rng(one_era ? seeds[0] : seed, kYearStream).uniform()});
    members.push_back({seed, vocabulary.weights(asked, unspecified_from_name(options.unspecified), seed)});
  }
  return members;
}

media::Image8 draw_cast(const Artist& artist, const CastOptions& options) {
  const auto members = cast_members(artist, options);
  media::SheetPage page;
  for (size_t first = 0; first < members.size(); first += kColumns) {
    const size_t count = std::min(kColumns, members.size() - first);
    std::vector<media::Image8> turned, smiling;
    for (size_t i = 0; i < count; ++i) {
      const double yaw = 2 * i < count ? kTurn : -kTurn;
      auto pictures = draw_shots(artist, members[first + i], {{yaw}, {yaw / 2, "smile"}}, options.truncation);
      page.swatches.push_back(swatches_of(pictures, kCastColours));
      turned.push_back(std::move(pictures[0]));
      smiling.push_back(std::move(pictures[1]));
    }
    page.rows.push_back(std::move(turned));
    page.rows.push_back(std::move(smiling));
  }
  return media::draw_page(page);
}

void sheet_to(const Artist& artist, const SheetOptions& options, const std::filesystem::path& output) {
  media::write_image(output, draw_sheet(artist, options),
                     metadata_of(artist, command_text("sheet", artist, options),
                                 {subject_of(artist, options)}, options.truncation));
}

void cast_to(const Artist& artist, const CastOptions& options, const std::filesystem::path& output) {
  media::write_image(output, draw_cast(artist, options),
                     metadata_of(artist, command_text("cast", artist, options), cast_members(artist, options),
                                 options.truncation));
}

}  // namespace sakuga::character
