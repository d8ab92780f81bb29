// Options whose lengths are pixels, for a picture of another size. Internal to film.
#pragma once

#include "sakuga/film/layer.h"

namespace sakuga::film {

inline compose::GlowOptions at_scale(compose::GlowOptions options, double scale) {
  options.size = std::max(0.5, options.size * scale);
  return options;
}

inline compose::LightWrapOptions at_scale(compose::LightWrapOptions options, double scale) {
  options.width = std::max(0.25, options.width * scale);
  options.diffusion *= scale;
  return options;
}

inline compose::RimLightOptions at_scale(compose::RimLightOptions options, double scale) {
  options.width = std::max(0.25, options.width * scale);
  return options;
}

inline compose::ContactShadowOptions at_scale(compose::ContactShadowOptions options, double scale) {
  options.blur *= scale;
  return options;
}

inline compose::SpeedLineOptions at_scale(compose::SpeedLineOptions options, double scale) {
  options.thickness = std::max(0.25, options.thickness * scale);
  return options;
}

inline compose::GrainOptions at_scale(compose::GrainOptions options, double scale) {
  options.size *= scale;
  return options;
}

inline compose::ParticleOptions at_scale(compose::ParticleOptions options, double scale) {
  options.size = std::max(0.5, options.size * scale);
  options.wind_x *= scale;
  options.wind_y *= scale;
  options.sway *= scale;
  return options;
}

}  // namespace sakuga::film
