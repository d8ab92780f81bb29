// What the stages of a shot that make its figure can be told: plate, key, stylise, steady.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/compose/classic_cel.h"
#include "sakuga/compose/key.h"
#include "sakuga/compose/steady.h"
#include "sakuga/core/fields.h"
#include "sakuga/film/drawing_effects.h"
#include "sakuga/film/layer.h"
#include "sakuga/train/keyframes.h"

namespace sakuga::film {

struct PlateOptions {
  std::string file = {};  // Film, sequence or still; its alpha is the figure's if nothing keys it.
  int64_t first = 0;      // The plate's frame at frame 1 of the shot; 0: its first.
  std::string rate = {};  // Taken as this many frames a second; empty: as the film says.
  Origin origin = {};
};

struct KeyStage {
  compose::ScreenOptions screen = {};
  compose::KeyOptions key = {};
};

struct StyliseStage {
  std::string engine = "classic";  // classic, keyframes or model.
  std::string on = "1";            // 1, 2, 3: one drawing for so many frames; auto: for the plate's repeats.
  std::vector<std::string> keys = {};  // keyframes: painted frames; a file's number is the plate's.
  std::string model = {};              // model: a picture model.
  DrawingEffects effects = {};
  compose::ClassicCelOptions classic = {};
  train::KeyframeTraining training = {};
  Origin origin = {};  // Of the painted frames.
};

struct SteadyStage {
  compose::SteadyOptions options = {};
};

void visit_fields(PlateOptions& options, auto&& visit) {
  using core::Field;
  visit("file", options.file, Field{.help = "film, sequence (name.%06d.png) or still"});
  visit("first", options.first, Field{.help = "its frame at frame 1 of the shot; 0: its first", .min = 0});
  visit("rate", options.rate, Field{.help = "take it as so many frames a second"});
  visit_fields(options.origin, visit);
}

void visit_fields(KeyStage& stage, auto&& visit) {
  visit_fields(stage.screen, visit);
  visit_fields(stage.key, visit);
}

// Without the tables of its engines.
void visit_fields(StyliseStage& stage, auto&& visit) {
  using core::Field;
  visit("engine", stage.engine,
        Field{.help = "how frames are drawn", .choices = {"classic", "keyframes", "model"}});
  visit("on", stage.on,
        Field{.help = "frames that a drawing stands; auto: as long as the plate repeats itself",
              .choices = {"1", "2", "3", "auto"}});
  visit("keys", stage.keys, Field{.help = "painted frames of the plate, numbered as it is"});
  visit("model", stage.model, Field{.help = "picture model (.safetensors)"});
  visit_fields(stage.effects, visit);
  visit_fields(stage.origin, visit);
}

void visit_fields(SteadyStage& stage, auto&& visit) {
  visit_fields(stage.options, visit);
}

}  // namespace sakuga::film
