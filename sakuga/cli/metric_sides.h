// The pictures that a metric compares: drawn for it by a model, or read. Internal to cli/metric*.
#pragma once

#include <string>
#include <vector>

#include "sakuga/character/artist.h"
#include "sakuga/core/fields.h"
#include "sakuga/train/metrics/picture_set.h"

namespace sakuga::cli {

struct SideOptions {
  int64_t pictures = 2000;
  int64_t seed = 0;
  double truncation = 1;
};

void visit_fields(SideOptions& options, auto&& visit) {
  using core::Field;
  visit("pictures", options.pictures,
        Field{.help = "pictures to draw, and to take at most from a set", .min = 2, .max = 1'000'000});
  visit("seed", options.seed, Field{.help = "seed of drawing and choosing", .min = 0, .max = 4294967295.});
  visit("truncation", options.truncation,
        Field{.help = "length of the noise of drawn pictures", .min = 0, .max = 2});
}

struct Side {
  std::string text;                     // "model.safetensors (2000 drawn with the tags of ...)".
  std::vector<media::Image8> pictures;  // RGB, all of the size that was asked for.
  character::Artist artist;             // Of drawn ones; its `draw` is empty for a set that was read.
  std::vector<character::Subject> subjects;
};

bool is_model(const std::string& place);

// Draws options.pictures pictures with the tags of pictures of `reference` (character::sample_subjects), and
// brings them to size x size.
Side drawn_side(const std::string& model, const metrics::PictureSet* reference, const SideOptions& options,
                int size);

// Reads a set, or at most options.pictures of it.
Side read_side(const metrics::PictureSet& set, const SideOptions& options, int size);

// Whichever `place` is.
Side any_side(const std::string& place, const metrics::PictureSet* reference, const SideOptions& options,
              int size);

}  // namespace sakuga::cli
