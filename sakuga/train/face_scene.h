// Scenes for a detector of faces to learn from, made up of photographs, textures, shapes and heads of the
// rig.
#pragma once

#include <span>
#include <vector>

#include "sakuga/train/face_heads.h"

namespace sakuga::train {

// A face in a scene; `counts` is false for one that is too large or too near the border to ask for.
struct SceneFace {
  double x = 0, y = 0, side = 0;  // Middle and side in pixels.
  bool counts = true;
};

struct FaceScene {
  media::Image8 picture;  // RGB.
  std::vector<SceneFace> faces;
};

struct FaceSceneOptions {
  int size = 192;       // Pixels of a scene's side.
  int most_faces = 4;   // In one scene.
  double empty = 0.25;  // Share of scenes without faces.
};

// A scene of `heads` before `photos` (RGB; may be none: textures alone). Heads stand free or in pictures of
// their own, as in the crops and panels that people paste together; faces are 16 to 100 pixels large, some
// much larger. Among them lie what is no face: discs, ovals of skin, pairs of eyes, hair without a face,
// heads from behind. Colours, light, sharpness, noise and JPEG vary widely, for real drawings are not the
// rig's.
FaceScene make_face_scene(std::span<const FaceHead> heads, std::span<const media::Image8> photos,
                          const FaceSceneOptions& options, Luck luck);

}  // namespace sakuga::train
