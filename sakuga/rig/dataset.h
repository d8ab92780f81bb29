// Training sets of drawn characters: shippable (CC0-1.0), with exact labels.
#pragma once

#include <filesystem>

#include "sakuga/rig/artist.h"

namespace sakuga::rig {

struct DatasetOptions {
  int64_t count = 1000, size = 128, seed = 1, views = 1, threads = 2;
  double max_yaw = 90;
  bool even = false;
};

void visit_fields(DatasetOptions& options, auto&& visit) {
  visit("count", options.count, Field{.help = "pictures", .min = 1, .max = 10'000'000});
  visit("size", options.size, Field{.help = "pixels of a side", .min = 16, .max = 1024});
  visit("seed", options.seed, Field{.help = "seed of the first character", .min = 0, .max = 1e15});
  visit("views", options.views,
        Field{.help = "pictures of each character, in other poses and moods", .min = 1, .max = 1000});
  visit("threads", options.threads,
        Field{.help = "drawing threads; the result is the same with any number", .min = 1, .max = 256});
  visit("max_yaw", options.max_yaw,
        Field{.help = "degrees that heads turn to either side", .min = 0, .max = 90});
  visit("even", options.even,
        Field{.help = "every hair and eye colour as often as any, and more hats and glasses"});
}

// What a view is tagged with beside the 34 tags, as scores from 0 to 1: pose_yaw (-90 to 90 degrees),
// pose_pitch and pose_roll (-30 to 30), era_year (1985 to 2025), light_across and light_down (-1 to 1),
// mouth_opening (0 to 1), mouth_curve (-1 to 1), lid_left and lid_right (0 to 1.25), gaze_x, gaze_y,
// brow_tilt, brow_raise and mouth_width (-1 to 1), mouth_round, teeth, happy and tears (0 to 1). The origin's file is "SEED_VIEW.png": views of one design share what stands before the
// underscore, and the split. Pictures are added to a dataset that exists. Returns how many were added; those
// it had already are not. Throws Error(BadRequest) for options out of range, and as data::edit_dataset().
int64_t write_dataset(const std::filesystem::path& path, const DatasetOptions& options);

// View `view` of the set's design `design`: the design, light and era of random_character(), its own pose and
// mood.
Character dataset_view(const DatasetOptions& options, int64_t design, int64_t view);

}  // namespace sakuga::rig
