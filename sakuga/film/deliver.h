// The finished files of a shot. Internal to film.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/film/figure.h"
#include "sakuga/film/render_folder.h"
#include "sakuga/film/shot.h"
#include "sakuga/film/shot_ledger.h"
#include "sakuga/film/stage.h"

namespace sakuga::film {

// What is being delivered.
struct Delivery {
  const Shot& shot;
  const RenderFolder& folder;
  Stage& finished;      // Of which the frames are there.
  Figure* figure;       // Null without a plate.
  int64_t first, last;  // Frames.
  std::string label;    // Part of the names of what is not the whole shot: "10-20", "preview".
  bool preview;         // Smaller than the shot: of any size, so films are padded where they must be even.
  nlohmann::ordered_json ledger;
};

// "duel.mp4" -> "duel.10-20.mp4".
std::string labelled(const std::string& file, const std::string& label);

// Throws Error before anything is rendered if a deliverable cannot be: an unknown codec or ending, a size
// that it does not take, a folder that cannot be written.
void check_deliverables(const Delivery& delivery, int width, int height);

// Encodes each deliverable that is not there yet, with its ledger in the container and beside it. Returns the
// paths of all.
std::vector<std::filesystem::path> deliver_films(const Delivery& delivery);

// The drawings as PNG (8 bits, straight alpha); those that are there are left, those of earlier renders
// removed.
void deliver_cels(const Delivery& delivery);

// NAME.otio and NAME.xdts.
void deliver_timing(const Delivery& delivery);

// The frames that the strip shows: of each of these every stage of the figure must be there.
std::vector<int64_t> strip_frames(int64_t first, int64_t last);

// NAME.sheet.png and NAME.strip.png.
void deliver_sheets(const Delivery& delivery);

}  // namespace sakuga::film
