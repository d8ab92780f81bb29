// A plate redrawn: by a classical stylisation, by what is learnt from a few painted frames, or by a picture
// model.
//
// Whatever has been done before a kill is found again by the same command, which then ends with the same
// bytes: the training in OUT's folder NAME.stylise, drawn frames (of a sequence) by themselves. Anything that
// the result depends on is part of a digest there; a changed one starts anew.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "sakuga/compose/cadence.h"
#include "sakuga/compose/classic_cel.h"
#include "sakuga/core/fields.h"
#include "sakuga/film/drawing_effects.h"
#include "sakuga/media/frames.h"
#include "sakuga/train/keyframes.h"

namespace sakuga::film {

struct StyliseOptions {
  std::string engine = "keyframes";
  DrawingEffects effects = {};
  compose::CadenceOptions cadence = {};
  compose::ClassicCelOptions classic = {};
  train::KeyframeTraining training = {};
};

// Without those of the engines.
void visit_fields(StyliseOptions& options, auto&& visit) {
  using core::Field;
  visit("engine", options.engine,
        Field{.help = "what draws: the painted frames, a classical stylisation or a model",
              .choices = {"keyframes", "classic", "model"}});
  visit_fields(options.cadence, visit);
  visit_fields(options.effects, visit);
}

struct StyliseRequest {
  std::filesystem::path plate = {}, matte = {}, output = {};  // matte may be empty.
  std::filesystem::path model = {};                           // Engine "model".
  std::vector<std::string> keys = {};                         // Engine "keyframes": files or patterns.
  media::FrameReadOptions frames = {};                        // A part of the plate.
  media::FrameWriteOptions write = {};                        // Rate, numbers and sound come from the plate.
  StyliseOptions options = {};
  bool preview_first = false;  // Engine "keyframes": first a quick learning and frame one, as preview.png.
  bool preview_only = false;   // ... and no more.
};

struct StyliseReport {
  int64_t frames = 0;    // Of the plate.
  int64_t drawings = 0;  // Made now.
  int64_t reused = 0;    // Frames that were there already.
  double learn_s = 0, draw_s = 0;
  std::filesystem::path preview = {};  // Where it was written, if so.
};

// Throws as media::FrameReader and FrameWriter, PlateReader, find_keys() and KeyframePainter;
// Error(BadRequest) if the output is the plate.
StyliseReport stylise(const StyliseRequest& request);

// Writes the `count` frames of the plate that are most worth painting as `folder`/key.NNNNNN.png; returns the
// files. Throws as media::FrameReader; Error(BadRequest) for a count below 1 or above what find_keys() takes.
std::vector<std::filesystem::path> suggest_keys(const std::filesystem::path& plate,
                                                const std::filesystem::path& matte, int64_t count,
                                                const std::filesystem::path& folder);

}  // namespace sakuga::film
