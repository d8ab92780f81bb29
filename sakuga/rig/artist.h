// The artist: a character to a picture.
#pragma once

#include "sakuga/rig/render.h"
#include "sakuga/rig/stage.h"

namespace sakuga::rig {

struct PictureOptions {
  int64_t size = 512;
  std::string frame = "face", backdrop = "none";
  bool aliased = false;
};

void visit_fields(PictureOptions& options, auto&& visit) {
  visit("size", options.size, Field{.help = "pixels of a side", .min = 16, .max = 8192});
  visit("frame", options.frame, Field{.help = "what is in the picture", .choices = {"face", "bust"}});
  visit("backdrop", options.backdrop,
        Field{.help = "what is behind: none (transparent), white, sky (a gradient), or #rrggbb"});
  visit("aliased", options.aliased, Field{.help = "lines without half-transparent edges, for ink and paint"});
}

// Throws Error(BadRequest) for options out of range. `zoom`, `shift_x` and `shift_y` (in pictures) move the
// camera, as crops of real pictures do.
struct Camera {
  double zoom = 1, shift_x = 0, shift_y = 0;
};
Frame frame_of(const PictureOptions& options, const Camera& camera = {});

// The layers of a picture, from back to front; the backdrop is not among them.
std::vector<Layer> draw_layers(const Character& character, const PictureOptions& options,
                               const Camera& camera = {});

// RGBA with straight alpha; RGB if there is a backdrop. Throws Error(BadRequest) for a character or options
// out of range and for a backdrop that is no colour.
media::Image8 draw(const Character& character, const PictureOptions& options = {}, const Camera& camera = {});

// `image` over the backdrop, as RGB; unchanged for "none".
media::Image8 over_backdrop(const media::Image8& image, const std::string& backdrop);

}  // namespace sakuga::rig
