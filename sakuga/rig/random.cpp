#include "sakuga/rig/random.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/error.h"
#include "sakuga/core/rng.h"
#include "sakuga/rig/geometry.h"

namespace sakuga::rig {
namespace {

constexpr std::array<double, 13> kHairShares = {.1597, .2131, .1549, .1052, .0795, .0951, .0357,
                                                .0773, .0316, .0183, .0224, .0054, .0018};
constexpr std::array<double, 10> kEyeShares = {.2835, .1576, .1786, .1341, .1421,
                                               .0544, .0102, .0062, .0317, .0016};

struct Choice {
  const char* name;
  double share;
};

class Dice {
 public:
  explicit Dice(uint64_t seed) : rng_(seed, 1) {}

  double uniform(double low, double high) { return low + (high - low) * rng_.uniform(); }
  bool chance(double share) { return rng_.uniform() < share; }
  // About normal, within three deviations: the sum of uniform numbers.
  double bell(double middle, double deviation) {
    double sum = 0;
    for (int i = 0; i < 4; ++i) sum += rng_.uniform() - 0.5;
    return middle + deviation * sum * std::sqrt(3.0);
  }
  size_t index(std::span<const double> shares) {
    double total = 0;
    for (const double share : shares) total += share;
    double rest = rng_.uniform() * total;
    for (size_t i = 0; i < shares.size(); ++i) {
      if (rest < shares[i]) return i;
      rest -= shares[i];
    }
    return shares.size() - 1;
  }
  std::string pick(std::initializer_list<Choice> choices) {
    std::vector<double> shares;
    for (const Choice& choice : choices) shares.push_back(choice.share);
    return (choices.begin() + index(shares))->name;
  }

 private:
  core::Rng rng_;
};

void random_face(Dice& dice, Design& d) {
  d.sex = dice.chance(1.0 / 7) ? "boy" : "girl";
  const bool boy = d.sex == "boy";
  d.age = std::clamp(dice.bell(boy ? 0.6 : 0.4, 0.24), 0.0, 1.0);
  d.head_width = dice.uniform(0.905, 1.01);
  d.jaw = dice.uniform(0, 0.75);
  d.chin = dice.uniform(0.98, 1.1);
  d.skin = std::clamp(dice.chance(0.06) ? dice.uniform(0.6, 0.95) : dice.uniform(0, 0.42), 0.0, 1.0);
  d.freckles = dice.chance(0.03);
  d.mole = dice.chance(0.04);
  d.eye_shape =
      boy ? dice.pick({{"almond", .3}, {"sharp", .3}, {"narrow", .3}, {"round", .1}})
          : dice.pick({{"round", .40}, {"almond", .24}, {"sharp", .14}, {"droopy", .18}, {"narrow", .04}});
  d.iris_pattern = dice.pick({{"plain", .8}, {"ring", .14}, {"star", .02}, {"slit", .04}});
  d.eye_shade = dice.uniform(-1, 1);
  d.eye_size = dice.bell(0.98, 0.07);
  d.eye_size = std::clamp(d.eye_size, 0.8, 1.2);
  d.eye_spacing = dice.uniform(0.95, 1.06);
  d.eye_tilt = dice.bell(0.05, 0.4);
  d.eye_tilt = std::clamp(d.eye_tilt, -1.0, 1.0);
  d.lashes = boy ? dice.uniform(0, 0.35) : dice.uniform(0.2, 0.95);
  d.brow_shape = boy ? dice.pick({{"thick", .6}, {"angled", .4}})
                     : dice.pick({{"thin", .66}, {"thick", .1}, {"round", .16}, {"angled", .08}});
  d.nose = dice.pick({{"line", .5}, {"shadow", .25}, {"dot", .25}});
  d.ear = dice.chance(0.04) ? "pointed" : "round";
}

void random_hair(Dice& dice, Design& d, bool even) {
  const bool boy = d.sex == "boy";
  const auto shares = [&](std::span<const double> given) {
    return even ? std::vector<double>(given.size(), 1.0) : std::vector<double>(given.begin(), given.end());
  };
  d.hair_colour = hair_colours()[dice.index(shares(kHairShares))];
  d.eye_colour = eye_colours()[dice.index(shares(kEyeShares))];
  d.hair_shade = dice.uniform(-1, 1);
  d.hair_hue = dice.uniform(-1, 1);
  d.fringe = dice.pick({{"swept", .32},
                        {"straight", .14},
                        {"parted", .18},
                        {"spiky", .2},
                        {"curtain", .08},
                        {"veil", .06},
                        {"none", .02}});
  d.sides = dice.pick({{"none", .1}, {"short", .4}, {"long", .36}, {"flicked", .14}});
  d.back = dice.pick({{"short", .25}, {"bob", .15}, {"medium", .20}, {"long", .40}});
  d.tails = dice.pick({{"none", .44},
                       {"twin", .16},
                       {"pony", .14},
                       {"drills", .10},
                       {"side", .04},
                       {"low_twin", .04},
                       {"buns", .04},
                       {"braids", .04}});
  d.hair_volume = dice.uniform(0.95, 1.12);
  d.hair_wave = dice.chance(0.3) ? dice.uniform(0.4, 1) : dice.uniform(0, 0.3);
  d.hair_spread = dice.uniform(0.05, 0.95);
  d.ahoge = dice.chance(0.12);
  d.hair_seed = static_cast<int64_t>(dice.uniform(0, 1e9));
  if (boy && dice.chance(0.85)) {
    d.back = "short";
    d.tails = "none";
    d.sides = dice.chance(0.5) ? "short" : "none";
    if (d.fringe == "straight") d.fringe = "spiky";
  }
  if (d.tails == "none" && d.fringe == "none" && !boy) d.fringe = "parted";
}

void random_dress(Dice& dice, Design& d, bool even) {
  const bool boy = d.sex == "boy";
  d.glasses =
      dice.chance(even ? 0.2 : 0.0538) ? dice.pick({{"round", .4}, {"square", .35}, {"half", .25}}) : "none";
  d.hat = dice.chance(even ? 0.2 : 0.0449)
              ? dice.pick({{"beret", .25}, {"cap", .25}, {"straw", .2}, {"witch", .12}, {"knit", .18}})
              : "none";
  d.ribbon = dice.chance(boy ? 0.02 : 0.34)
                 ? dice.pick({{"top", .2}, {"side", .36}, {"pair", .24}, {"band", .2}})
                 : "none";
  d.hair_clip = !boy && dice.chance(0.12);
  d.earrings = dice.chance(boy ? 0.04 : 0.1);
  d.topwear =
      boy ? dice.pick(
                {{"shirt", .25}, {"blazer", .2}, {"uniform", .2}, {"tee", .1}, {"hoodie", .15}, {"coat", .1}})
          : dice.pick({{"sailor", .2},
                       {"shirt", .1},
                       {"blazer", .15},
                       {"turtleneck", .09},
                       {"hoodie", .08},
                       {"kimono", .08},
                       {"dress", .1},
                       {"tee", .05},
                       {"vest", .06},
                       {"coat", .04},
                       {"uniform", .02},
                       {"choker", .03}});
  d.accent_hue =
      dice.pick({{"red", .5}, {"any", .5}}) == "red" ? dice.uniform(0.94, 1.0) : dice.uniform(0, 1);
  d.clothes_hue = dice.chance(0.5) ? dice.uniform(0.55, 0.72) : dice.uniform(0, 1);
  d.clothes_light = dice.chance(0.5) ? dice.uniform(0.05, 0.4) : dice.uniform(0.3, 1);
}

Expression random_expression(Dice& dice) {
  Expression e;
  e.brow_raise = std::clamp(dice.bell(0.1, 0.3), -1.0, 1.0);
  e.brow_tilt = std::clamp(dice.bell(0.1, 0.3), -1.0, 1.0);
  const double lid = std::clamp(dice.bell(0.96, 0.09), 0.5, 1.15);
  e.lid_l = e.lid_r = lid;
  if (dice.chance(0.05)) {
    e.lid_l = e.lid_r = 0;
    e.happy = dice.chance(0.6) ? 1 : 0;
  } else if (dice.chance(0.03)) {
    (dice.chance(0.5) ? e.lid_l : e.lid_r) = 0;
    e.happy = 0.9;
  }
  e.gaze_x = std::clamp(dice.bell(0, 0.25), -1.0, 1.0);
  e.gaze_y = std::clamp(dice.bell(0, 0.2), -1.0, 1.0);
  e.blush = dice.chance(0.6) ? dice.uniform(0.45, 1) : 0;
  e.tears = dice.chance(0.015) ? dice.uniform(0.4, 1) : 0;
  e.smile = dice.chance(0.6) ? dice.uniform(0.45, 1) : dice.uniform(-0.6, 0.15);
  if (dice.chance(0.25)) {
    e.mouth_open = dice.uniform(0.3, 0.9);
    e.mouth_round = e.smile < 0.2 && dice.chance(0.5) ? dice.uniform(0.4, 1) : 0;
    e.teeth = dice.chance(0.5) ? dice.uniform(0.5, 1) : 0;
  }
  e.mouth_width = dice.uniform(-0.5, 0.4);
  return e;
}

}  // namespace

const std::vector<std::string>& rig_tags() {
  static const std::vector<std::string> tags = [] {
    std::vector<std::string> all;
    for (const std::string& colour : hair_colours()) all.push_back(colour + "_hair");
    for (const char* tag : {"long_hair", "short_hair", "twin_tail", "drill_hair", "ponytail", "blush",
                            "smile", "open_mouth", "hat", "ribbon", "glasses"})
      all.emplace_back(tag);
    for (const std::string& colour : eye_colours()) all.push_back(colour + "_eyes");
    return all;
  }();
  return tags;
}

std::vector<std::string> tags_of(const Character& character) {
  const Design& d = character.design;
  const Expression& e = character.expression;
  const bool hanging = d.tails != "none" && d.tails != "buns";
  std::vector<std::string> tags = {d.hair_colour + "_hair"};
  const auto add = [&](bool holds, const char* tag) {
    if (holds) tags.emplace_back(tag);
  };
  add(hanging || d.back == "long", "long_hair");
  add(!hanging && (d.back == "short" || d.back == "bob"), "short_hair");
  add(d.tails == "twin" || d.tails == "low_twin", "twin_tail");
  add(d.tails == "drills", "drill_hair");
  add(d.tails == "pony" || d.tails == "side", "ponytail");
  add(e.blush >= 0.3, "blush");
  add(e.smile >= 0.4, "smile");
  add(e.mouth_open >= 0.2, "open_mouth");
  add(d.hat != "none", "hat");
  add(d.ribbon != "none", "ribbon");
  add(d.glasses != "none", "glasses");
  tags.push_back(d.eye_colour + "_eyes");
  return tags;
}

Character random_character(uint64_t seed, const RandomOptions& options) {
  Dice dice(seed);
  Character c;
  random_face(dice, c.design);
  random_hair(dice, c.design, options.even);
  random_dress(dice, c.design, options.even);
  c.expression = random_expression(dice);
  const double far = dice.uniform(0, 1), way = dice.chance(0.5) ? 1 : -1;
  const double yaw = far < 0.5 ? far * 40 : far < 0.9 ? 20 + (far - 0.5) * 62.5 : 45 + (far - 0.9) * 450;
  c.pose.yaw = way * std::min(yaw, options.max_yaw);
  c.pose.pitch = std::clamp(dice.bell(0, 7), -30.0, 30.0);
  c.pose.roll = std::clamp(dice.bell(0, 7), -30.0, 30.0);
  c.pose.body = dice.uniform(0.4, 1);
  c.light.from_x = (dice.chance(0.5) ? 1 : -1) * dice.uniform(0.2, 0.9);
  c.light.from_y = -dice.uniform(0.4, 1);
  c.light.warmth = dice.uniform(-0.3, 0.5);
  c.light.strength = dice.uniform(0.35, 0.8);
  c.light.time = dice.pick({{"day", .92}, {"dusk", .05}, {"night", .03}});
  c.era = era_of(static_cast<int64_t>(dice.uniform(1988, 2025)));
  return c;
}

namespace {

void apply_style(Character& c, const std::string& tag) {
  Design& d = c.design;
  Expression& e = c.expression;
  const auto unless = [](std::string& value, std::initializer_list<const char*> good, const char* instead) {
    if (std::none_of(good.begin(), good.end(), [&](const char* one) { return value == one; }))
      value = instead;
  };
  if (tag == "long_hair" && d.tails != "twin" && d.tails != "pony" && d.tails != "drills") d.back = "long";
  if (tag == "short_hair") {
    unless(d.back, {"short", "bob"}, "short");
    unless(d.tails, {"none", "buns"}, "none");
  }
  if (tag == "twin_tail") unless(d.tails, {"twin", "low_twin"}, "twin");
  if (tag == "drill_hair") d.tails = "drills";
  if (tag == "ponytail") unless(d.tails, {"pony", "side"}, "pony");
  if (tag == "blush") e.blush = std::max(e.blush, 0.7);
  if (tag == "smile") e.smile = std::max(e.smile, 0.75);
  if (tag == "open_mouth") e.mouth_open = std::max(e.mouth_open, 0.6);
  if (tag == "hat" && d.hat == "none") d.hat = "beret";
  if (tag == "ribbon" && d.ribbon == "none") d.ribbon = "side";
  if (tag == "glasses" && d.glasses == "none") d.glasses = "square";
}

}  // namespace

void apply_tags(Character& character, const std::vector<std::string>& tags) {
  const std::string *hair = nullptr, *eyes = nullptr, *style = nullptr;
  const auto once = [](const std::string*& held, const std::string& tag) {
    if (held && *held != tag)
      core::fail(core::ErrorKind::BadRequest, "tags: expected one of {} and {}, got both", *held, tag);
    held = &tag;
  };
  for (const std::string& tag : tags) {
    const auto place = std::ranges::find(rig_tags(), tag) - rig_tags().begin();
    const size_t index = static_cast<size_t>(place);
    if (index >= rig_tags().size())
      core::fail(core::ErrorKind::BadRequest, "tags: unknown tag {}{}", tag,
                 core::suggestion(tag, rig_tags()));
    if (index < 13) {
      once(hair, tag);
      character.design.hair_colour = hair_colours()[index];
    } else if (index >= 24) {
      once(eyes, tag);
      character.design.eye_colour = eye_colours()[index - 24];
    }
    if (tag == "twin_tail" || tag == "drill_hair" || tag == "ponytail" || tag == "short_hair")
      once(style, tag);
    if (tag == "short_hair" && std::ranges::count(tags, "long_hair") > 0)
      core::fail(core::ErrorKind::BadRequest, "tags: expected one of long_hair and short_hair, got both");
  }
  for (const std::string& tag : tags) apply_style(character, tag);
}

}  // namespace sakuga::rig
