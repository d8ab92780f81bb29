// The light desk: a painted background as layers, in the light that the shot wants and with its props.
#pragma once

#include <string>
#include <vector>

#include "sakuga/compose/prop.h"
#include "sakuga/compose/relight.h"
#include "sakuga/compose/scene.h"
#include "sakuga/media/ora.h"

namespace sakuga::compose {

// A sprite that has been read, and where it stands.
struct PlacedSprite {
  PropPlace place;
  media::Image8 sprite;
};

// The layers, topmost first: "props" (a group, with a shadow below each), "light" (screen), "shade"
// (multiply), "near", "far", "sky". The sky goes on behind the ground and the far plane behind the near one,
// so that they can be moved against each other; layers that would be empty are left out. Flattened
// (media::merged_ora) they are the picture. A painting with alpha is one layer, "painting", below light and
// props.
//
// `painting` is paint()'s of the photo that `scene` belongs to. Throws as set_prop() and parse_sun().
media::OraDocument desk_layers(media::Image8 painting, const Scene& scene, const LightOptions& light,
                               const std::vector<PlacedSprite>& sprites = {});

// The same flattened, without the planes: quicker, and with less memory.
media::Image8 desk_picture(media::Image8 painting, const Scene& scene, const LightOptions& light,
                           const std::vector<PlacedSprite>& sprites = {});

}  // namespace sakuga::compose
