// One layer of a shot: where its picture comes from, where it stands and in which light.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/compose/blend.h"
#include "sakuga/compose/contact_shadow.h"
#include "sakuga/compose/glow.h"
#include "sakuga/compose/grade.h"
#include "sakuga/compose/gradient.h"
#include "sakuga/compose/grain.h"
#include "sakuga/compose/light_wrap.h"
#include "sakuga/compose/particles.h"
#include "sakuga/compose/rim_light.h"
#include "sakuga/compose/speed_lines.h"
#include "sakuga/compose/transform.h"
#include "sakuga/core/fields.h"

namespace sakuga::film {

// Who made an input and on what terms; goes into the deliverable's ledger. Empty: what the picture or model
// itself says, else NOASSERTION.
struct Origin {
  std::string licence = {}, author = {}, source = {};
};

void visit_fields(Origin& origin, auto&& visit) {
  using core::Field;
  visit("licence", origin.licence, Field{.help = "SPDX id of its licence"});
  visit("author", origin.author, Field{.help = "who made it"});
  visit("origin", origin.source, Field{.help = "where it comes from"});
}

// A layer's place at a frame, added to (opacity and scale: times) what the layer itself says.
struct MoveKey {
  int64_t frame = 1;
  std::string ease = "in-out";  // How the move from this key to the next goes.
  double x = 0, y = 0, scale = 1, rotate = 0, opacity = 1;
};

void visit_fields(MoveKey& key, auto&& visit) {
  using core::Field;
  visit("frame", key.frame, Field{.help = "frame of the shot", .min = 1, .max = 1e7});
  visit("ease", key.ease,
        Field{.help = "way to the next key", .choices = {"linear", "in", "out", "in-out", "hold"}});
  visit("x", key.x, Field{.help = "pixels to the right", .min = -1e6, .max = 1e6});
  visit("y", key.y, Field{.help = "pixels down", .min = -1e6, .max = 1e6});
  visit("scale", key.scale, Field{.help = "size factor", .min = 1e-3, .max = 1e3});
  visit("rotate", key.rotate, Field{.help = "degrees clockwise", .min = -1e5, .max = 1e5});
  visit("opacity", key.opacity, Field{.help = "share of the layer's opacity", .min = 0, .max = 1});
}

struct Layer {
  std::string name = {};
  std::string source = "picture";  // figure, plate, picture, particles, gradient or lines.
  std::string file = {};           // Picture: a still, sequence or film.
  std::string look = {};           // Painted with this look (compose/painter.h); empty: as it is.
  int64_t first = 0;               // Sequences and films: their frame at frame 1; 0: their first.
  bool loop = false;               // Sequences and films begin again; else the last frame stands.
  std::string fit = "auto";        // Size in the frame; auto: backgrounds cover, figures are contained.
  std::string edge = "auto";       // Beyond the picture; auto: backgrounds refuse, others are transparent.
  double crop_left = 0, crop_right = 0, crop_top = 0, crop_bottom = 0;  // Shares of the picture cut away.
  double depth = 1;
  std::string blend = "normal";
  double opacity = 1;
  std::string matte = {};  // Another layer, whose alpha cuts this one; it is not shown itself.
  bool matte_invert = false;
  int64_t from = 1, to = 0;  // Frames in which it is seen; to 0: the last.
  int64_t fade_in = 0, fade_out = 0;
  double blur = 0;  // Pixels: out of focus.
  compose::TransformOptions transform = {};
  std::vector<MoveKey> move = {};
  compose::GradeOptions grade = {};
  compose::ContactShadowOptions shadow = {};
  compose::RimLightOptions rim = {};
  compose::LightWrapOptions wrap = {};
  compose::GlowOptions glow = {};
  compose::ParticleOptions particles = {};
  compose::GradientOptions gradient = {};
  compose::SpeedLineOptions lines = {};
  Origin origin = {};

  bool is_picture() const { return source == "picture"; }
  bool is_figure() const { return source == "figure" || source == "plate"; }
};

// The keys of the layer's own table; its sub-tables are visited by the reader.
void visit_fields(Layer& layer, auto&& visit) {
  using core::Field;
  visit("name", layer.name, Field{.help = "by which other layers call it"});
  visit("source", layer.source,
        Field{.help = "what is on it",
              .choices = {"figure", "plate", "picture", "particles", "gradient", "lines"}});
  visit("file", layer.file, Field{.help = "still, sequence (name.%06d.png) or film"});
  visit("look", layer.look, Field{.help = "paint it with this look"});
  visit("first", layer.first, Field{.help = "the clip's frame at frame 1", .min = 0});
  visit("loop", layer.loop, Field{.help = "begin the clip again when it ends"});
  visit("fit", layer.fit,
        Field{.help = "size in the frame", .choices = {"auto", "none", "cover", "contain"}});
  visit("edge", layer.edge,
        Field{.help = "beyond the picture", .choices = {"auto", "refuse", "extend", "transparent"}});
  visit("crop_left", layer.crop_left, Field{.help = "share cut away", .min = 0, .max = 0.999});
  visit("crop_right", layer.crop_right, Field{.help = "share cut away", .min = 0, .max = 0.999});
  visit("crop_top", layer.crop_top, Field{.help = "share cut away", .min = 0, .max = 0.999});
  visit("crop_bottom", layer.crop_bottom, Field{.help = "share cut away", .min = 0, .max = 0.999});
  visit("depth", layer.depth,
        Field{.help = "distance from the camera, 1 is the drawn plane", .min = 0.01, .max = 1e4});
  visit("blend", layer.blend, Field{.help = "blend mode", .choices = compose::blend_mode_names()});
  visit("opacity", layer.opacity, Field{.help = "opacity", .min = 0, .max = 1});
  visit("matte", layer.matte, Field{.help = "layer whose alpha cuts this one"});
  visit("matte_invert", layer.matte_invert, Field{.help = "cut where the matte is instead"});
  visit("from", layer.from, Field{.help = "first frame", .min = 1, .max = 1e7});
  visit("to", layer.to, Field{.help = "last frame; 0: the shot's", .min = 0, .max = 1e7});
  visit("fade_in", layer.fade_in, Field{.help = "frames", .min = 0, .max = 1e6});
  visit("fade_out", layer.fade_out, Field{.help = "frames", .min = 0, .max = 1e6});
  visit("blur", layer.blur, Field{.help = "out of focus, pixels", .min = 0, .max = 500});
  visit_fields(layer.transform, visit);
  visit_fields(layer.origin, visit);
}

// Between the keys, as camera_at(). Throws Error(BadRequest) for keys out of order.
MoveKey move_at(const std::vector<MoveKey>& keys, double frame);

// Opacity of the layer at a frame by its range and fades alone: 0 outside [from, to].
double presence(const Layer& layer, int64_t frame, int64_t frames);

}  // namespace sakuga::film
