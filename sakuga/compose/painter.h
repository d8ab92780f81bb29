// A photograph becomes a painted background, without a network and without training data.
//
// Masses first: an anisotropic Kuwahara brush (kuwahara.h) works from a coarse copy of the picture to the
// full size and goes into detail only where edges ask for it; busy texture such as foliage becomes dabs of
// few tones. Then colour: one palette for the ground and one for the sky (sky.h), which is re-painted as a
// clean gradient with its clouds. Then the hand: lines by an extended difference of Gaussians (Winnemöller et
// al. 2012) that runs along the drawing, bristles, pooled pigment (Bousseau et al. 2006), paper grain and
// glow.
//
// Sizes are relative to the picture, so that a small and a large scan of one photo are painted alike. The
// result depends on nothing but the arguments, and not on the number of threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"
#include "sakuga/media/image.h"

namespace sakuga::compose {

struct Scene;

// The default is the look "film".
struct PaintOptions {
  double brush = 1;
  double detail = 0.6;
  double tones = 0.15;
  double clumps = 0.5;
  double sky = 0.9;
  double exposure = 0.6;
  double saturation = 1.35;
  double contrast = 0.12;
  double warmth = 0.8;
  double lift = 0.35;
  double lines = 0.25;
  double glow = 0.45;
  double bristles = 0.15;
  double pigment = 0;
  double paper = 0;
  double grain = 0.1;
  int64_t seed = 1;
};

void visit_fields(PaintOptions& options, auto&& visit) {
  using core::Field;
  visit("brush", options.brush, Field{.help = "size of the brush, 1 is usual", .min = 0.25, .max = 4});
  visit("detail", options.detail, Field{.help = "how readily the fine brush is taken", .min = 0, .max = 1});
  visit("tones", options.tones, Field{.help = "how far light is set in flat steps", .min = 0, .max = 1});
  visit("clumps", options.clumps,
        Field{.help = "foliage and rubble as dabs of few tones", .min = 0, .max = 1});
  visit("sky", options.sky, Field{.help = "how far the sky is painted anew", .min = 0, .max = 1});
  visit("exposure", options.exposure,
        Field{.help = "how far a dark photo is brought to a middle light", .min = 0, .max = 1});
  visit("saturation", options.saturation, Field{.help = "colour, 1 is the photo's", .min = 0, .max = 3});
  visit("contrast", options.contrast,
        Field{.help = "of light and dark, 0 is the photo's", .min = -1, .max = 1});
  visit("warmth", options.warmth, Field{.help = "warm lights against cool shadows", .min = 0, .max = 2});
  visit("lift", options.lift, Field{.help = "bright and coloured shadows", .min = 0, .max = 1});
  visit("lines", options.lines, Field{.help = "drawn lines", .min = 0, .max = 1});
  visit("glow", options.glow, Field{.help = "light that spills from bright places", .min = 0, .max = 1});
  visit("bristles", options.bristles, Field{.help = "traces of the brush's hairs", .min = 0, .max = 1});
  visit("pigment", options.pigment,
        Field{.help = "wet paint that pools and dries at edges", .min = 0, .max = 1});
  visit("paper", options.paper, Field{.help = "white paper that shines through", .min = 0, .max = 1});
  visit("grain", options.grain, Field{.help = "grain of the paper", .min = 0, .max = 1});
  visit("seed", options.seed, Field{.help = "of bristles, dabs and grain", .min = 0});
}

// "film", "gouache", "watercolour".
std::vector<std::string> look_names();

// Throws Error(BadRequest) for an unknown name, with the nearest one.
PaintOptions look_options(const std::string& name);

// `photo` painted: RGB, or RGBA with the alpha of the photo; of the same size. The work is cut into tiles of
// `tile_px`, a multiple of 4 and at least 64, which changes the memory that is needed and not the result;
// beside photo and result about 200 bytes for each pixel of a tile are needed and 8 for each of the photo.
// Throws Error(BadRequest) for an empty photo, options outside their ranges or another tile size.
media::Image8 paint(const media::Image8& photo, const PaintOptions& options = {}, int tile_px = 1024);

// The same with the photo's scene (scene.h), for those who need it again.
media::Image8 paint(const media::Image8& photo, const Scene& scene, const PaintOptions& options,
                    int tile_px = 1024);

}  // namespace sakuga::compose
