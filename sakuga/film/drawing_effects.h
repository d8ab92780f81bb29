// What is done to drawings after an engine made them: calming in time, smears and line boil.
#pragma once

#include <cstdint>

#include "sakuga/compose/flow.h"
#include "sakuga/compose/flow_mean.h"
#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::film {

struct DrawingEffects {
  int64_t calm = -1;
  double boil = 0;
  double smear = 0;
  double smear_from = 8;
};

void visit_fields(DrawingEffects& effects, auto&& visit) {
  using core::Field;
  visit(
      "calm", effects.calm,
      Field{.help = "drawings before and after that each is averaged with along the plate's motion, against "
                    "shivering; -1: 2 for engine keyframes, 0 for the others",
            .min = -1,
            .max = double(compose::kMostMeanReach)});
  visit("boil", effects.boil,
        Field{.help = "line boil in pixels, another for each drawing", .min = 0, .max = 16});
  visit("smear", effects.smear,
        Field{.help = "smear fast motion over this part of the way", .min = 0, .max = 2});
  visit("smear_from", effects.smear_from,
        Field{.help = "speed from which it is smeared, pixels a frame", .min = 0, .max = 1000});
}

// The reach of compose::FlowMean for that engine.
int64_t calm_reach(const DrawingEffects& effects, const std::string& engine);

// Smeared along `motion` (from its frame to the frame before; only looked at if there is a smear), then
// shaken as drawing `number` (from 1). Throws as compose/line_boil.h.
media::Image with_effects(media::Image drawing, const DrawingEffects& effects, const compose::Flow& motion,
                          int64_t number);

}  // namespace sakuga::film
