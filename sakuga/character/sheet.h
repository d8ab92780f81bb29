// Character sheets and casts, drawn by a model that learnt from the rig.
#pragma once

#include <string>
#include <vector>

#include "sakuga/character/draw.h"
#include "sakuga/compose/main_colours.h"
#include "sakuga/rig/sheet.h"

namespace sakuga::character {

struct SheetOptions {
  int64_t seed = 0;
  std::string tags = {};               // See parse_tags().
  std::string unspecified = "random";  // See tags.h.
  double truncation = 1;               // See noise_of().
};

void visit_fields(SheetOptions& options, auto&& visit) {
  using core::Field;
  visit("seed", options.seed, Field{.help = "which character", .min = 0});
  visit("tags", options.tags, Field{.help = "what it shows: \"blonde_hair, smile:0.7, -hat\""});
  visit("unspecified", options.unspecified,
        Field{.help = "groups that no tag asks for: drawn by their share in training, or off",
              .choices = {"random", "off"}});
  visit("truncation", options.truncation,
        Field{.help = "length of the noise; below 1 tamer and more alike", .min = 0, .max = 2});
}

struct CastOptions {
  std::string seeds = "0-3";           // See parse_seeds().
  std::string tags = {};               // Of all members.
  std::vector<std::string> lock = {};  // "era", or "none" as an empty list.
  std::string unspecified = "random";
  double truncation = 1;
};

void visit_fields(CastOptions& options, auto&& visit) {
  using core::Field;
  visit("seeds", options.seeds, Field{.help = "the members: seeds and ranges, 1,2,5-8"});
  visit("tags", options.tags, Field{.help = "what all members show"});
  visit(
      "lock", options.lock,
      Field{.help = "what all share with the first: palette, line, era, or none; default: all that can be"});
  visit("unspecified", options.unspecified,
        Field{.help = "groups that no tag asks for: drawn for each seed by their share in training, or off",
              .choices = {"random", "off"}});
  visit("truncation", options.truncation,
        Field{.help = "length of the noise; below 1 tamer and more alike", .min = 0, .max = 2});
}

// What the members of a model's cast can share: "era".
const std::vector<std::string>& cast_locks();

// The members of a cast. Their years differ, unless the era is locked: then all have the first one's, which
// `tags` may ask for. Throws Error(BadRequest) for a lock that a model cannot hold, or does not know.
std::vector<Subject> cast_members(const Artist& artist, const CastOptions& options);

// One page: the turns of rig::sheet_turns(), the moods of rig::sheet_moods(), and the main colours of these
// drawings. Throws Error(BadRequest) for a model without dials, and as Vocabulary does.
media::Image8 draw_sheet(const Artist& artist, const SheetOptions& options);
// Every member three-quarter, and smiling; the main colours of each at the foot.
media::Image8 draw_cast(const Artist& artist, const CastOptions& options);

// The pictures with what picture_metadata() tells, at the commands `sheet` and `cast`.
void sheet_to(const Artist& artist, const SheetOptions& options, const std::filesystem::path& output);
void cast_to(const Artist& artist, const CastOptions& options, const std::filesystem::path& output);

// The main colours of pictures of a character, without the margins.
std::vector<compose::MainColour> character_colours(const std::vector<media::Image8>& pictures, int count);

// Pictures of one subject as the shots say.
std::vector<media::Image8> draw_shots(const Artist& artist, const Subject& subject,
                                      const std::vector<rig::Shot>& shots, double truncation);

}  // namespace sakuga::character
