// A character as data: who (Design), how turned (Pose), how felt (Expression), lit (Light) and of which
// years' fashion (Era). Everything that a drawing depends on is in a Character, so the same Character is
// the same picture. Left and right are the character's own: its left eye is on the viewer's right.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sakuga/core/fields.h"

namespace sakuga::rig {

using core::Field;

// The colour names of the 34 tags, in their order.
const std::vector<std::string>& hair_colours();  // 13
const std::vector<std::string>& eye_colours();   // 10

struct Design {
  std::string sex = "girl";
  double age = 0.4;  // Impression: 0 a child, 1 grown up.
  double head_width = 1, jaw = 0.5, chin = 1;
  double skin = 0.15;
  bool freckles = false, mole = false;
  std::string eye_shape = "round", iris_pattern = "plain", eye_colour = "blue";
  double eye_shade = 0, eye_size = 1, eye_spacing = 1, eye_tilt = 0, lashes = 0.5;
  std::string brow_shape = "thin", nose = "line", ear = "round";
  std::string hair_colour = "brown";
  double hair_shade = 0, hair_hue = 0;
  std::string fringe = "swept", sides = "short", back = "long", tails = "none";
  double hair_volume = 1, hair_wave = 0.2, hair_spread = 0.5;
  bool ahoge = false;
  int64_t hair_seed = 1;
  std::string glasses = "none", hat = "none", ribbon = "none", topwear = "sailor";
  bool hair_clip = false, earrings = false;
  double accent_hue = 0.98, clothes_hue = 0.6, clothes_light = 0.5;
};

struct Pose {
  double yaw = 0, pitch = 0, roll = 0;  // Degrees: to the viewer's right, up, clockwise.
  double body = 1;                      // How far the shoulders follow the head's yaw.
};

struct Expression {
  double brow_raise = 0, brow_tilt = 0;
  double lid_l = 1, lid_r = 1, happy = 0;
  double gaze_x = 0, gaze_y = 0;
  double blush = 0, tears = 0;
  double mouth_open = 0, mouth_width = 0, mouth_round = 0, smile = 0.3, teeth = 0;
};

struct Light {
  double from_x = -0.5, from_y = -0.7;
  double warmth = 0.1, strength = 0.6;
  std::string time = "day";
};

struct Era {
  int64_t year = 2012;
  double line_weight = 1, eye_scale = 1, chin_point = 0.5, saturation = 1, shine = 0.6;
  int64_t tones = 2, catchlights = 2;
};

struct Character {
  Design design;
  Pose pose;
  Expression expression;
  Light light;
  Era era;
};

void visit_fields(Design& d, auto&& visit) {
  const auto part = [](std::string help) { return Field{.help = std::move(help), .min = 0, .max = 1}; };
  visit("sex", d.sex, Field{.help = "sex impression", .choices = {"girl", "boy"}});
  visit("age", d.age, part("age impression: 0 a child, 1 grown up"));
  visit("head_width", d.head_width, Field{.help = "width of the face", .min = 0.9, .max = 1.1});
  visit("jaw", d.jaw, part("jaw: 0 narrow, 1 round"));
  visit("chin", d.chin, Field{.help = "length of the lower face", .min = 0.9, .max = 1.15});
  visit("skin", d.skin, part("skin: 0 pale, 1 dark"));
  visit("freckles", d.freckles, Field{.help = "freckles over the nose"});
  visit("mole", d.mole, Field{.help = "a mole below the left eye"});
  visit("eye_shape", d.eye_shape,
        Field{.help = "shape of the eyes", .choices = {"round", "almond", "sharp", "droopy", "narrow"}});
  visit("iris_pattern", d.iris_pattern,
        Field{.help = "pattern in the iris", .choices = {"plain", "ring", "star", "slit"}});
  visit("eye_colour", d.eye_colour, Field{.help = "colour of the eyes", .choices = eye_colours()});
  visit("eye_shade", d.eye_shade, Field{.help = "darker or lighter eyes", .min = -1, .max = 1});
  visit("eye_size", d.eye_size, Field{.help = "size of the eyes", .min = 0.7, .max = 1.25});
  visit("eye_spacing", d.eye_spacing, Field{.help = "distance of the eyes", .min = 0.9, .max = 1.12});
  visit("eye_tilt", d.eye_tilt, Field{.help = "outer corners: -1 down, 1 up", .min = -1, .max = 1});
  visit("lashes", d.lashes, part("weight of the lashes"));
  visit("brow_shape", d.brow_shape,
        Field{.help = "shape of the brows", .choices = {"thin", "thick", "round", "angled"}});
  visit("nose", d.nose, Field{.help = "how the nose is drawn", .choices = {"dot", "line", "shadow"}});
  visit("ear", d.ear, Field{.help = "shape of the ears", .choices = {"round", "pointed"}});
  visit("hair_colour", d.hair_colour, Field{.help = "colour of the hair", .choices = hair_colours()});
  visit("hair_shade", d.hair_shade, Field{.help = "darker or lighter hair", .min = -1, .max = 1});
  visit("hair_hue", d.hair_hue, Field{.help = "hue of the hair within its name", .min = -1, .max = 1});
  visit("fringe", d.fringe,
        Field{.help = "hair over the forehead",
              .choices = {"swept", "straight", "parted", "spiky", "curtain", "veil", "none"}});
  visit("sides", d.sides,
        Field{.help = "hair before the ears", .choices = {"none", "short", "long", "flicked"}});
  visit("back", d.back, Field{.help = "hair behind", .choices = {"short", "bob", "medium", "long"}});
  visit("tails", d.tails,
        Field{.help = "hair that is tied",
              .choices = {"none", "twin", "low_twin", "pony", "side", "drills", "buns", "braids"}});
  visit("hair_volume", d.hair_volume, Field{.help = "how far hair stands off", .min = 0.9, .max = 1.2});
  visit("hair_wave", d.hair_wave, part("waves of the locks"));
  visit("hair_spread", d.hair_spread, part("how far locks spread at their ends"));
  visit("ahoge", d.ahoge, Field{.help = "a lock that stands up"});
  visit("hair_seed", d.hair_seed, Field{.help = "seed of the locks' irregularity", .min = 0, .max = 1e9});
  visit("glasses", d.glasses, Field{.help = "glasses", .choices = {"none", "round", "square", "half"}});
  visit("hat", d.hat, Field{.help = "hat", .choices = {"none", "beret", "cap", "straw", "witch", "knit"}});
  visit("ribbon", d.ribbon,
        Field{.help = "ribbon in the hair", .choices = {"none", "top", "side", "pair", "band"}});
  visit("topwear", d.topwear,
        Field{.help = "garment",
              .choices = {"sailor", "shirt", "blazer", "turtleneck", "hoodie", "kimono", "dress", "tee",
                          "vest", "coat", "uniform", "choker"}});
  visit("hair_clip", d.hair_clip, Field{.help = "a clip in the fringe"});
  visit("earrings", d.earrings, Field{.help = "earrings"});
  visit("accent_hue", d.accent_hue, part("hue of ribbons and trims, on the colour circle"));
  visit("clothes_hue", d.clothes_hue, part("hue of the garment, on the colour circle"));
  visit("clothes_light", d.clothes_light, part("lightness of the garment"));
}

void visit_fields(Pose& p, auto&& visit) {
  visit("yaw", p.yaw,
        Field{.help = "degrees to the viewer's right; 180 is the back", .min = -180, .max = 180});
  visit("pitch", p.pitch, Field{.help = "degrees up", .min = -30, .max = 30});
  visit("roll", p.roll, Field{.help = "degrees clockwise", .min = -30, .max = 30});
  visit("body", p.body, Field{.help = "how far the shoulders follow the yaw", .min = 0, .max = 1});
}

void visit_fields(Expression& e, auto&& visit) {
  const auto both = [](std::string help) { return Field{.help = std::move(help), .min = -1, .max = 1}; };
  const auto part = [](std::string help) { return Field{.help = std::move(help), .min = 0, .max = 1}; };
  visit("brow_raise", e.brow_raise, both("brows down or up"));
  visit("brow_tilt", e.brow_tilt, both("brows: -1 angry, 1 worried"));
  visit("lid_l", e.lid_l, Field{.help = "left eye: 0 closed, 1 open", .min = 0, .max = 1.2});
  visit("lid_r", e.lid_r, Field{.help = "right eye: 0 closed, 1 open", .min = 0, .max = 1.2});
  visit("happy", e.happy, part("closed eyes arch upwards"));
  visit("gaze_x", e.gaze_x, both("gaze to the viewer's left or right"));
  visit("gaze_y", e.gaze_y, both("gaze up or down"));
  visit("blush", e.blush, part("blush"));
  visit("tears", e.tears, part("tears"));
  visit("mouth_open", e.mouth_open, part("mouth open"));
  visit("mouth_width", e.mouth_width, both("mouth narrow or wide"));
  visit("mouth_round", e.mouth_round, part("mouth round"));
  visit("smile", e.smile, both("corners of the mouth down or up"));
  visit("teeth", e.teeth, part("teeth seen in an open mouth"));
}

void visit_fields(Light& l, auto&& visit) {
  visit("from_x", l.from_x, Field{.help = "light from the viewer's left (-1) or right", .min = -1, .max = 1});
  visit("from_y", l.from_y, Field{.help = "light from above (-1) or below", .min = -1, .max = 1});
  visit("warmth", l.warmth, Field{.help = "cool or warm light", .min = -1, .max = 1});
  visit("strength", l.strength, Field{.help = "depth of the shadows", .min = 0, .max = 1});
  visit("time", l.time, Field{.help = "time of the day", .choices = {"day", "dusk", "night"}});
}

void visit_fields(Era& e, auto&& visit) {
  visit("year", e.year, Field{.help = "year", .min = 1985, .max = 2025});
  visit("line_weight", e.line_weight, Field{.help = "weight of the lines", .min = 0.3, .max = 3});
  visit("eye_scale", e.eye_scale, Field{.help = "size of eyes in these years", .min = 0.75, .max = 1.25});
  visit("chin_point", e.chin_point, Field{.help = "chin: 0 round, 1 pointed", .min = 0, .max = 1});
  visit("saturation", e.saturation, Field{.help = "strength of the colours", .min = 0, .max = 1.5});
  visit("shine", e.shine, Field{.help = "brightness of the hair's highlights", .min = 0, .max = 1});
  visit("tones", e.tones, Field{.help = "shadow tones", .min = 0, .max = 2});
  visit("catchlights", e.catchlights, Field{.help = "highlights in an eye", .min = 1, .max = 4});
}

// Throws Error(BadRequest) naming the first field that is out of range ("design: eye_size: expected ...").
void check(const Character& character);

// The fashion of a year from 1985 to 2025. Throws Error(BadRequest) outside.
Era era_of(int64_t year);

// "neutral", "smile", "laugh", "angry", "sad", "surprised", "cry", "wink", "sleepy", "shy", and the vowels
// "a", "i", "u", "e", "o".
const std::vector<std::string>& expression_names();
Expression expression_of(const std::string& name);  // Throws Error(BadRequest), naming the nearest.

}  // namespace sakuga::rig
