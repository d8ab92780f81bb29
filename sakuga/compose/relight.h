// Another hour of the day, another place of the sun: the light desk over a painting.
//
// The hour changes colours: the sky's gradient gives way to that of the hour, clouds are lit anew, and the
// ground is carried over in OKLab, lights towards the colour of the sun and shadows towards that of the sky.
// The sun adds two layers, shade (multiply) and light (screen), made of soft shapes only, so that every drawn
// detail stays.
#pragma once

#include <string>
#include <vector>

#include "sakuga/compose/scene.h"
#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// Where the sun (at night the moon) stands. Azimuth in degrees clockwise from straight ahead: 0 behind the
// scene, 90 to the right, 180 behind the camera, 270 to the left. Height in degrees above the horizon.
struct Sun {
  double azimuth = 45, height = 35;
  bool operator==(const Sun&) const = default;
};

// "90,30". Throws Error(BadRequest) for anything else, a height outside 0..90 or an azimuth outside
// -360..360.
Sun parse_sun(const std::string& text);

struct LightOptions {
  std::string time = "";  // "dawn", "day", "dusk", "night"; empty keeps the photo's.
  std::string sun = "";   // See parse_sun(); empty keeps the photo's, or where the hour usually has it.
  double shadow = 0.4;    // How dark the side away from the sun is, 0..1; only with a sun or an hour.
};

void visit_fields(LightOptions& options, auto&& visit) {
  using core::Field;
  visit("time", options.time,
        Field{.help = "hour of the day, the photo's if empty",
              .choices = {"", "dawn", "day", "dusk", "night"}});
  visit("sun", options.sun,
        Field{.help = "AZIMUTH,HEIGHT of the sun in degrees; 0 is straight ahead, 90 to the right"});
  visit("shadow", options.shadow,
        Field{.help = "how dark the side away from the sun is", .min = 0, .max = 1});
}

// Whether there is anything to do.
bool changes_light(const LightOptions& options);

// Where the sun stands: as said, or as usual for the hour.
Sun sun_of(const LightOptions& options);

// `painting` at the hour of `options`; without one it stays as it is. `scene` is that of the photo.
media::Image8 at_hour(media::Image8 painting, const Scene& scene, const LightOptions& options);

// RGB pictures of the painting's size: white and black change nothing.
struct LightLayers {
  media::Image8 shade;  // To be multiplied.
  media::Image8 light;  // To be screened.
};
LightLayers light_layers(const media::Image8& painting, const Scene& scene, const LightOptions& options);

}  // namespace sakuga::compose
