// What the parts of a character share while they are drawn, one function for each part.
#pragma once

#include "sakuga/core/rng.h"
#include "sakuga/rig/drawing.h"
#include "sakuga/rig/hair.h"
#include "sakuga/rig/head.h"
#include "sakuga/rig/palette.h"

namespace sakuga::rig {

struct Stage {
  explicit Stage(const Character& who);

  const Character& character;
  Head head;
  Palette palette;
  Drawing drawing = {};
  Hair hair;           // All locks where they lie.
  double line = 0.02;  // Width of a normal line.
  int face_clip = -1;
  Vec2 light;  // Unit vector on the picture towards the light.
};

// Side 1 is the character's left, on the viewer's right from the front.
void draw_back_hair(Stage& stage);
void draw_front_hair(Stage& stage);
void draw_tails(Stage& stage, bool front);
std::vector<Vec3> tail_anchors(const Stage& stage);  // Where tied hair is held, in head space.
void draw_neck(Stage& stage);
void draw_topwear(Stage& stage);
void draw_face(Stage& stage);
void draw_ear(Stage& stage, int side);
void draw_nose(Stage& stage);
void draw_mouth(Stage& stage);
void draw_eye(Stage& stage, int side);
void draw_brow(Stage& stage, int side);
void draw_tears(Stage& stage);
void draw_glasses(Stage& stage);
void draw_ribbon(Stage& stage, bool front);
void draw_hat(Stage& stage);
void draw_clip(Stage& stage);
void draw_earrings(Stage& stage);

// Where an eye lies and how far it is narrowed by the turn.
struct EyePlace {
  Vec2 centre;
  double half_width = 0, half_height = 0;
  double seen = 1;  // 0 where it has turned out of sight.
};
EyePlace eye_place(const Stage& stage, int side);

// For landmarks: inner corner, top and outer corner of the eye, then its lower lid from the outside in; the
// brow from the inside out; corner, upper lip, corner and lower lip of the mouth.
std::array<Vec2, 6> eye_points(const Stage& stage, int side);
std::vector<Vec2> brow_curve(const Stage& stage, int side);
std::array<Vec2, 4> mouth_points(const Stage& stage);

// The whole character.
Drawing draw_shapes(const Character& character);

}  // namespace sakuga::rig
