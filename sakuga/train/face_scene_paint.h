// What scenes (face_scene.h) are painted with. Internal to train.
#pragma once

#include <array>
#include <span>

#include "sakuga/train/face_heads.h"

namespace sakuga::train {

using Rgb8 = std::array<uint8_t, 3>;

// A change of colours: a matrix and an offset, on 0..255.
struct Tint {
  std::array<float, 9> matrix = {1, 0, 0, 0, 1, 0, 0, 0, 1};
  float offset = 0;
};

// A turn of the hue by up to `hue` (1: all around), and another saturation, contrast and brightness.
Tint random_tint(Luck& luck, double hue);

struct Area {
  int x = 0, y = 0, width = 0, height = 0;
};

// Where a head goes: its face's middle and side in the scene.
struct HeadPlace {
  double x = 0, y = 0, side = 0;
  double angle = 0;    // Radians, clockwise.
  double stretch = 1;  // Of the width; the height shrinks by as much.
  bool mirrored = false;
};

Rgb8 random_colour(Luck& luck);

// Part of a photograph, a flat colour, a gradient or a texture. RGB.
media::Image8 random_backdrop(Luck& luck, std::span<const media::Image8> photos, int width, int height);

void put(media::Image8& scene, const media::Image8& picture, int x, int y);

// Draws the head within `area`.
void put_head(media::Image8& scene, const FaceHead& head, const HeadPlace& place, const Tint& tint,
              const Area& area);

// An oval or a bar about (x, y), with or without an outline.
void put_shape(media::Image8& scene, Luck& luck, double x, double y, double size);

// Two discs beside each other, with pupils: eyes without a face.
void put_eyes(media::Image8& scene, Luck& luck, double x, double y, double size);

// Light, colours, thickness of lines, sharpness, noise and JPEG of the whole.
media::Image8 weathered(media::Image8 scene, Luck& luck);

}  // namespace sakuga::train
