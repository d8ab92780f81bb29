// Moving, turning, scaling and mirroring a picture, with filtering at fractions of a pixel.
//
// Positions are in pixels, x to the right and y down, and (0, 0) is the top left corner of the top left
// pixel. The kernel is Catmull and Rom's cubic, widened where the picture shrinks so that lines do not
// flicker while a camera moves; results stay between the smallest and the largest sample, so no halos.
#pragma once

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

// x' = xx x + xy y + x0 and y' = yx x + yy y + y0, from the picture to where it lands.
struct Affine {
  double xx = 1, xy = 0, x0 = 0;
  double yx = 0, yy = 1, y0 = 0;
  bool operator==(const Affine&) const = default;
};

// First `inner`, then `outer`.
Affine after(const Affine& outer, const Affine& inner);

// Throws Error(BadRequest) if the matrix flattens the picture (no inverse).
Affine inverse(const Affine& matrix);

struct TransformOptions {
  double x = 0, y = 0;  // Pixels by which the anchor moves.
  double scale = 1;
  double rotate = 0;                      // Degrees, clockwise, about the anchor.
  double anchor_x = 0.5, anchor_y = 0.5;  // Of the picture's width and height.
  bool flip = false;                      // Left and right exchanged, about the anchor.
};

void visit_fields(TransformOptions& options, auto&& visit) {
  using core::Field;
  visit("x", options.x, Field{.help = "pixels to the right", .min = -1e6, .max = 1e6});
  visit("y", options.y, Field{.help = "pixels down", .min = -1e6, .max = 1e6});
  visit("scale", options.scale, Field{.help = "size factor about the anchor", .min = 1e-3, .max = 1e3});
  visit("rotate", options.rotate,
        Field{.help = "degrees clockwise about the anchor", .min = -1e5, .max = 1e5});
  visit("anchor_x", options.anchor_x, Field{.help = "anchor, share of the width", .min = -100, .max = 100});
  visit("anchor_y", options.anchor_y, Field{.help = "anchor, share of the height", .min = -100, .max = 100});
  visit("flip", options.flip, Field{.help = "mirror left and right"});
}

// The matrix for a picture of width x height pixels.
Affine matrix_of(const TransformOptions& options, int width, int height);

enum class Edge { Transparent, Extended };  // What lies beyond the picture's border.

// `picture` (premultiplied) drawn through `matrix` into a picture of width x height. A whole-pixel move
// copies pixels unchanged. Throws Error(BadRequest) for an empty picture or size, or a flattening matrix.
media::Image transformed(const media::Image& picture, const Affine& matrix, int width, int height,
                         Edge edge = Edge::Transparent);

}  // namespace sakuga::compose
