// Drawing characters: which pictures a command asks for, and what is written about each.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/character/artist.h"
#include "sakuga/character/tags.h"
#include "sakuga/core/fields.h"
#include "sakuga/media/image_file.h"

namespace sakuga::character {

struct DrawOptions {
  std::string tags = {};               // See parse_tags().
  std::string seeds = "0";             // See parse_seeds().
  std::string vary = {};               // See plan_drawing(); empty: the tags stay.
  std::string unspecified = "random";  // See tags.h.
  double truncation = 1;               // See noise_of().
  int64_t columns = 0;                 // 0: one for each variation, or near a square.
  int64_t batch = 16;                  // Changes speed and memory, never pictures.
};

void visit_fields(DrawOptions& options, auto&& visit) {
  using core::Field;
  visit("tags", options.tags,
        Field{.help = "what to draw: \"blonde_hair, smile:0.7, -hat\" (weight after a colon, - forbids)"});
  visit("seeds", options.seeds, Field{.help = "noise seeds and ranges, 0-35,40"});
  visit("vary", options.vary,
        Field{.help = "draw every seed once for each of these: tags, groups (hair) or sums (smile+hat)"});
  visit("unspecified", options.unspecified,
        Field{.help = "groups that no tag asks for: drawn for each seed by their share in training, or off",
              .choices = {"random", "off"}});
  visit("truncation", options.truncation,
        Field{.help = "length of the noise; below 1 tamer and more alike", .min = 0, .max = 2});
  visit("columns", options.columns,
        Field{.help = "pictures in a row of the grid; 0 decides", .min = 0, .max = 1000});
  visit("batch", options.batch, Field{.help = "pictures drawn at once", .min = 1, .max = 1024});
}

Unspecified unspecified_from_name(const std::string& name);  // Throws Error(BadRequest).

struct Drawing {
  std::vector<Subject> subjects;  // Rows from the top.
  int columns = 1;
};

// Without `vary`: one picture for each seed, the tags fixed. With it: a row for each seed and a column for
// each variation, the noise of a row fixed. A variation is a tag with or without a weight, a group's name
// (each of its tags in turn), or several tags joined by +; it replaces what `tags` says of the same groups.
// Throws Error(BadRequest) as parse_tags(), parse_seeds() and Vocabulary do, and beyond kMaxSeeds pictures.
Drawing plan_drawing(const Vocabulary& vocabulary, const DrawOptions& options);

// What travels with a picture: "parameters" for other programs (the layout of Stable Diffusion web UIs) and
// "sakuga", JSON: command (which draws this very picture), model (file, sha256, architecture), truncation,
// licence and verdict (see data/licence.h), and seed and tags. Where the picture was written to, the threads
// and the batch are not in it, so that the same picture is the same file.
media::Metadata picture_metadata(const Artist& artist, const Subject& subject, double truncation);
// Of a grid: the same, but `pictures` lists seeds and tags, and the command is the grid's.
media::Metadata grid_metadata(const Artist& artist, const Drawing& drawing, const DrawOptions& options);

// Where the pictures of a drawing go. `output` is a folder (it exists or ends with a slash): pictures named
// by number and seed; a pattern with {index} or {seed}: pictures of these names; anything else: one picture,
// the grid if there are several. Throws Error(BadRequest) if two pictures would have one name.
std::vector<std::filesystem::path> output_paths(const std::filesystem::path& output, const Drawing& drawing);

// Draws and writes; returns what was written. Throws as above and as media::write_image().
std::vector<std::filesystem::path> draw_to(const Artist& artist, const DrawOptions& options,
                                           const std::filesystem::path& output);

}  // namespace sakuga::character
