#include "sakuga/film/drawing_effects.h"

#include "sakuga/compose/line_boil.h"

namespace sakuga::film {

int64_t calm_reach(const DrawingEffects& effects, const std::string& engine) {
  if (effects.calm >= 0) return effects.calm;
  return engine == "keyframes" ? 2 : 0;
}

media::Image with_effects(media::Image drawing, const DrawingEffects& effects, const compose::Flow& motion,
                          int64_t number) {
  if (effects.smear > 0) drawing = compose::smear(drawing, motion, effects.smear, effects.smear_from);
  return compose::line_boil(drawing, effects.boil, uint64_t(number));
}

}  // namespace sakuga::film
