// From shapes to pixels, through Cairo.
#pragma once

#include "sakuga/media/image.h"
#include "sakuga/rig/drawing.h"

namespace sakuga::rig {

// The part of the picture plane that is shown: the pixels of one unit and where the origin comes to lie.
struct Frame {
  int width = 128, height = 128;
  double scale = 44, x = 64, y = 52;
};

// One part and role, cut to its pixels.
struct Layer {
  Part part;
  Role role;
  int x = 0, y = 0;     // Place of the upper left pixel.
  media::Image8 image;  // RGBA, straight alpha.
};

struct RenderOptions {
  bool antialias = true;
};

// The layers from back to front that are not empty; composited with "over" they are the drawing. A later
// fill of the same part takes away what lines, shadows and highlights it hides.
std::vector<Layer> render_layers(const Drawing& drawing, const Frame& frame,
                                 const RenderOptions& options = {});

// The layers over one another: RGBA, straight alpha.
media::Image8 composite(const std::vector<Layer>& layers, int width, int height);

}  // namespace sakuga::rig
