// A shot: everything that determines a finished piece of film, read from a TOML file (docs/user/shot.md).
//
// Frames of the shot are numbered from 1. Lengths are pixels of the shot's own size, also when a smaller
// preview is rendered. Paths are relative to the shot file. What has a table of its own is off unless the
// table is there. Layers are listed from the back to the front.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "sakuga/compose/camera.h"
#include "sakuga/core/fields.h"
#include "sakuga/film/layer.h"
#include "sakuga/film/stages.h"
#include "sakuga/media/frames.h"

namespace sakuga::film {

struct AudioOptions {
  std::string file = "plate";  // Or a film or sound file.
  int64_t start = 0;           // Frames of the shot's rate that are skipped at its beginning.
  Origin origin = {};
};

struct Deliverable {
  std::string file;  // Relative to the output folder.
  media::FrameWriteOptions options = {};
  bool alpha = false;
};

struct Finish {
  compose::GradeOptions grade = {};
  compose::GlowOptions glow = {};
  compose::SpeedLineOptions lines = {};
  compose::GrainOptions grain = {};
};

struct Shot {
  std::filesystem::path file = {};  // The TOML file.
  std::string name = {};            // Its stem.

  std::string title = {};
  int64_t width = 1280, height = 720;
  std::string fps = "24";
  int64_t frames = 0;  // 0: as many as the plate has.
  int64_t scene = 1, cut = 1;
  bool cels = true;    // Write the drawings beside the deliverable.
  bool sheets = true;  // Contact sheet and strip.

  std::optional<PlateOptions> plate = {};
  std::optional<KeyStage> key = {};
  std::optional<StyliseStage> stylise = {};
  std::optional<SteadyStage> steady = {};
  std::vector<Layer> layers = {};  // With the background, if any, as the first.
  std::vector<compose::CameraKey> camera = {};
  Finish finish = {};
  std::optional<AudioOptions> audio = {};
  std::vector<Deliverable> deliver = {};

  media::Rate rate() const { return media::parse_rate(fps); }
  std::filesystem::path folder() const { return file.parent_path(); }
  const Layer* find_layer(const std::string& layer) const;
};

void visit_fields(AudioOptions& options, auto&& visit) {
  using core::Field;
  visit("file", options.file, Field{.help = "sound to lay under the shot: plate, or a file"});
  visit("start", options.start, Field{.help = "frames skipped at its beginning", .min = 0});
  visit_fields(options.origin, visit);
}

void visit_fields(Deliverable& deliverable, auto&& visit) {
  using core::Field;
  visit("file", deliverable.file, Field{.help = "film or sequence (name.%06d.png) in the output folder"});
  visit("alpha", deliverable.alpha, Field{.help = "keep transparency"});
  visit_fields(deliverable.options, visit);
}

// The keys at the top of the file.
void visit_fields(Shot& shot, auto&& visit) {
  using core::Field;
  visit("title", shot.title, Field{.help = "one line"});
  visit("width", shot.width, Field{.help = "pixels", .min = 16, .max = 16384});
  visit("height", shot.height, Field{.help = "pixels", .min = 16, .max = 16384});
  visit("fps", shot.fps, Field{.help = "frames a second, such as 24 or 24000/1001"});
  visit("frames", shot.frames, Field{.help = "length; 0: as long as the plate", .min = 0, .max = 1e7});
  visit("scene", shot.scene, Field{.help = "scene number for the time sheet", .min = 0, .max = 9999});
  visit("cut", shot.cut, Field{.help = "cut number for the time sheet", .min = 0, .max = 9999});
  visit("cels", shot.cels, Field{.help = "write the drawings beside the film"});
  visit("sheets", shot.sheets, Field{.help = "write a contact sheet and a before/after strip"});
}

// Throws Error(NotFound) if there is no such file, and Error(BadRequest) with file and line for what is not
// TOML, an unknown key (naming the nearest), a wrong type or a value out of range; also for layers of one
// name, a matte that is no layer or goes in a circle, a figure without a plate, and frames that contradict
// one another.
Shot read_shot(const std::filesystem::path& path);

// The same from text.
Shot parse_shot(const std::string& text, const std::filesystem::path& path);

}  // namespace sakuga::film
