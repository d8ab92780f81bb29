// Contact shadow: the shadow that a standing figure throws on level ground, dark and sharp where it touches,
// lighter and softer with the distance.
#pragma once

#include <string>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct ContactShadowOptions {
  double opacity = 0;  // 0 is off.
  std::string colour = "#1a1030";
  double ground = 1;     // Share of the frame's height at which the figure touches the ground.
  double length = 0.35;  // Of the figure's height; positive falls towards us, negative away.
  double lean = 0;       // Sideways pixels for each pixel of the shadow's length.
  double blur = 14;      // Pixels at the far end.
  double contact = 0.6;  // Share of an even pool of darkness at the feet.
};

void visit_fields(ContactShadowOptions& options, auto&& visit) {
  using core::Field;
  visit("opacity", options.opacity, Field{.help = "darkness, 0 is off", .min = 0, .max = 1});
  visit("colour", options.colour, Field{.help = "colour of the shadow, #rrggbb"});
  visit("ground", options.ground,
        Field{.help = "ground line, share of the frame's height", .min = -2, .max = 3});
  visit("length", options.length,
        Field{.help = "of the figure's height; below 0 falls away", .min = -4, .max = 4});
  visit("lean", options.lean,
        Field{.help = "pixels sideways for each pixel of length", .min = -20, .max = 20});
  visit("blur", options.blur, Field{.help = "softness of the far end in pixels", .min = 0, .max = 500});
  visit("contact", options.contact, Field{.help = "darkness at the feet", .min = 0, .max = 1});
}

// The shadow alone (premultiplied, linear, of the figure's size), to be laid under `figure`. Throws
// Error(BadRequest) for a colour that is none.
media::Image contact_shadow(const media::Image& figure, const ContactShadowOptions& options);

}  // namespace sakuga::compose
