#include <cmath>

#include "sakuga/rig/stage.h"

namespace sakuga::rig {

Stage::Stage(const Character& who)
    : character(who),
      head(who.design, who.pose, who.era),
      palette(palette_of(who)),
      hair(place_hair(who.design, head)),
      line(0.0150 * who.era.line_weight) {
  const double size = std::hypot(who.light.from_x, who.light.from_y);
  light = size < 1e-6 ? Vec2{0, -1} : Vec2{who.light.from_x / size, who.light.from_y / size};
}

Drawing draw_shapes(const Character& character) {
  Stage stage(character);
  const bool away = std::abs(stage.head.yaw()) > 100 * kPi / 180;
  if (!away) draw_tails(stage, false);
  draw_ribbon(stage, false);
  draw_back_hair(stage);
  if (away) draw_face(stage);  // From behind, the neck hides the chin.
  draw_neck(stage);
  draw_topwear(stage);
  const auto ear_behind = [&](int side) { return side * std::sin(stage.head.yaw()) > 0.12; };
  for (const int side : {-1, 1})
    if (ear_behind(side)) draw_ear(stage, side);
  if (!away) draw_face(stage);
  for (const int side : {-1, 1})
    if (!ear_behind(side)) draw_ear(stage, side);
  draw_nose(stage);
  draw_mouth(stage);
  for (const int side : {-1, 1}) draw_eye(stage, side);
  draw_tears(stage);
  draw_glasses(stage);
  draw_earrings(stage);
  draw_front_hair(stage);
  if (away) draw_tails(stage, false);
  draw_tails(stage, true);
  for (const int side : {-1, 1}) draw_brow(stage, side);
  draw_clip(stage);
  draw_hat(stage);
  draw_ribbon(stage, true);
  return std::move(stage.drawing);
}

}  // namespace sakuga::rig
