#include "sakuga/character/draw.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "sakuga/character/metadata.h"
#include "sakuga/character/seeds.h"
#include "sakuga/character/split_list.h"
#include "sakuga/core/error.h"
#include "sakuga/core/progress.h"
#include "sakuga/media/contact_sheet.h"

namespace sakuga::character {
namespace {

using core::ErrorKind;
using core::fail;

using Variation = std::vector<TagRequest>;

// "hair" is each of its tags, "smile+hat" one variation of two tags.
std::vector<Variation> parse_variation(const Vocabulary& vocabulary, const std::string& part) {
  Variation joined;
  for (const auto& piece : split_list(part, '+')) {
    const auto requests = parse_tags(piece);
    if (requests.empty())
      fail(ErrorKind::BadRequest, "vary: expected tags and groups like hair,smile+hat, got \"{}\"", part);
    joined.push_back(requests[0]);
  }
  if (joined.size() > 1 || joined[0].weight != 1) return {joined};
  std::vector<Variation> variations;
  for (const auto& name : vocabulary.members(joined[0].name)) variations.push_back({{name, 1}});
  return variations;
}

std::vector<Variation> parse_variations(const Vocabulary& vocabulary, const std::string& text) {
  std::vector<Variation> variations;
  if (trimmed(text).empty()) return variations;
  for (const auto& part : split_list(text, ','))
    for (auto& variation : parse_variation(vocabulary, part)) variations.push_back(std::move(variation));
  return variations;
}

int grid_columns(const DrawOptions& options, size_t variations, size_t pictures) {
  if (options.columns > 0) return int(options.columns);
  return variations > 0 ? int(variations) : int(std::ceil(std::sqrt(double(pictures))));
}

bool is_folder(const std::filesystem::path& output) {
  return !output.has_filename() || std::filesystem::is_directory(output);
}

void make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error)
    fail(ErrorKind::BadRequest, "draw: cannot make the folder {}: {}", folder.string(), error.message());
}

std::string filled(std::string pattern, const std::string& place, const std::string& value) {
  for (size_t at; (at = pattern.find(place)) != std::string::npos;) pattern.replace(at, place.size(), value);
  return pattern;
}

}  // namespace

Unspecified unspecified_from_name(const std::string& name) {
  if (name == "random") return Unspecified::Random;
  if (name == "off") return Unspecified::Off;
  fail(ErrorKind::BadRequest, "unspecified: expected random or off, got {}", name);
}

Drawing plan_drawing(const Vocabulary& vocabulary, const DrawOptions& options) {
  const auto requests = parse_tags(options.tags);
  const auto seeds = parse_seeds(options.seeds);
  const auto variations = parse_variations(vocabulary, options.vary);
  const auto unspecified = unspecified_from_name(options.unspecified);
  if (seeds.size() * std::max<size_t>(variations.size(), 1) > size_t(kMaxSeeds))
    fail(ErrorKind::BadRequest, "draw: {} seeds times {} variations are more than {} pictures", seeds.size(),
         variations.size(), kMaxSeeds);

  Drawing drawing;
  for (const uint64_t seed : seeds) {
    if (variations.empty())
      drawing.subjects.push_back({seed, vocabulary.weights(requests, unspecified, seed)});
    for (const auto& variation : variations)
      drawing.subjects.push_back({seed, vocabulary.weights(requests, variation, unspecified, seed)});
  }
  drawing.columns = grid_columns(options, variations.size(), drawing.subjects.size());
  return drawing;
}

media::Metadata picture_metadata(const Artist& artist, const Subject& subject, double truncation) {
  const DrawOptions same = {.tags = Vocabulary(artist.card).text(subject.tags),
                            .seeds = std::to_string(subject.seed),
                            .unspecified = "off",
                            .truncation = truncation};
  auto json = origin_json(artist, command_text("draw", artist, same));
  json["truncation"] = truncation;
  json.update(subject_json(artist, subject));
  return {{"parameters", infotext(artist, subject, truncation)}, {"sakuga", json.dump()}};
}

media::Metadata grid_metadata(const Artist& artist, const Drawing& drawing, const DrawOptions& options) {
  auto json = origin_json(artist, command_text("draw", artist, options, {"batch"}));
  json["truncation"] = options.truncation;
  json["columns"] = drawing.columns;
  for (const auto& subject : drawing.subjects) json["pictures"].push_back(subject_json(artist, subject));
  return {{"parameters", infotext(artist, drawing.subjects.at(0), options.truncation)},
          {"sakuga", json.dump()}};
}

std::vector<std::filesystem::path> output_paths(const std::filesystem::path& output, const Drawing& drawing) {
  if (output.empty())
    fail(ErrorKind::BadRequest, "draw: expected a picture, a folder/ or a pattern to write to");
  std::string pattern = output.string();
  if (is_folder(output)) pattern = (output / "{index}_seed{seed}.png").string();
  const bool by_index = pattern.find("{index}") != std::string::npos;
  if (!by_index && pattern.find("{seed}") == std::string::npos) return {output};

  const size_t digits = std::max<size_t>(4, std::to_string(drawing.subjects.size()).size());
  std::vector<std::filesystem::path> paths;
  for (size_t i = 0; i < drawing.subjects.size(); ++i)
    paths.push_back(filled(filled(pattern, "{index}", fmt::format("{:0{}}", i, digits)), "{seed}",
                           fmt::format("{:06}", drawing.subjects[i].seed)));
  auto sorted = paths;
  std::sort(sorted.begin(), sorted.end());
  if (const auto twice = std::adjacent_find(sorted.begin(), sorted.end()); twice != sorted.end())
    fail(ErrorKind::BadRequest, "draw: two pictures would be {}; put {{index}} into the name",
         twice->string());
  return paths;
}

std::vector<std::filesystem::path> draw_to(const Artist& artist, const DrawOptions& options,
                                           const std::filesystem::path& output) {
  const auto drawing = plan_drawing(Vocabulary(artist.card), options);
  const auto paths = output_paths(output, drawing);
  const bool separate = paths.size() == drawing.subjects.size();
  if (is_folder(output)) make_folder(output);

  core::Progress progress("draw", "pictures", int64_t(drawing.subjects.size()));
  std::vector<media::Image8> pictures;
  draw_subjects(artist, drawing.subjects, options.truncation, options.batch,
                [&](size_t index, media::Image8 picture) {
                  if (separate)
                    media::write_image(paths[index], picture,
                                       picture_metadata(artist, drawing.subjects[index], options.truncation));
                  else
                    pictures.push_back(std::move(picture));
                  progress.update(int64_t(index) + 1);
                });
  if (!separate)
    media::write_image(output, media::contact_sheet(pictures, drawing.columns),
                       grid_metadata(artist, drawing, options));
  return paths;
}

}  // namespace sakuga::character
