// Which locks make a hairstyle.
#include <algorithm>
#include <cmath>

#include "sakuga/core/rng.h"
#include "sakuga/rig/hair.h"

namespace sakuga::rig {
namespace {

struct Styler {
  const Design& design;
  core::Rng rng;
  HairPlan plan = {};

  double jitter(double amount) { return amount * (2 * rng.uniform() - 1); }

  LockPlan lock(double root, double tip, double end, double width) {
    LockPlan lock;
    lock.root = root + jitter(3);
    lock.tip = tip + jitter(2.5);
    lock.end = end + jitter(0.055);
    lock.width = width * (1 + jitter(0.20));
    lock.wave = design.hair_wave;
    lock.phase = 2 * kPi * rng.uniform();
    return lock;
  }

  // Locks that fan out from a parting; `lean` moves all tips to one side.
  void fan(double part, std::span<const Vec2> tips, double width, double lean) {
    for (const Vec2 tip : tips) {
      LockPlan one = lock(part + 0.42 * (tip.x - part), tip.x + lean, tip.y, width);
      one.bend = 0.12 * (tip.x - part) - 0.35 * lean;
      one.lift = 0.02 + 0.05 * design.hair_spread;
      plan.fringe.push_back(one);
    }
    for (int i = 0; i < (design.fringe == "curtain" ? 0 : 2); ++i) {  // Stray hairs.
      const double tip = jitter(52);
      LockPlan one = lock(part + 0.5 * (tip - part), tip + lean, 0.12 + jitter(0.1), 0.055);
      one.bend = jitter(9);
      plan.fringe.push_back(one);
    }
  }

  void fringe();
  void straight_fringe();
  void sides();
  void back();
};

void Styler::straight_fringe() {
  for (const double tip : {-66.0, 66.0, -50.0, 50.0, -34.0, 34.0, -17.0, 17.0, 0.0}) {
    LockPlan one = lock(0.55 * tip, tip, 0.0 + 0.07 * std::abs(tip) / 66, 0.205);
    one.blunt = true;
    one.lift = -0.05;
    one.wave = 0;
    plan.fringe.push_back(one);
  }
}

void Styler::fringe() {
  const double way = rng.uniform() < 0.5 ? -1 : 1;
  const std::string& style = design.fringe;
  std::vector<Vec2> tips;
  if (style == "straight") {
    straight_fringe();
  } else if (style == "parted") {
    tips = {{-70, .52}, {70, .50},   {-57, .30}, {57, .28},  {-43, .12},
            {43, .14},  {-27, -.04}, {27, -.03}, {-12, -.2}, {13, -.16}};
    fan(0, tips, 0.20, 0);
  } else if (style == "spiky") {
    tips = {{-70, .42}, {70, .40}, {-52, .16}, {53, .20}, {-32, .06}, {34, .04}, {-12, .12}, {12, .34}};
    for (Vec2& tip : tips) tip.x *= way;
    fan(8 * way, tips, 0.215, 3 * way);
  } else if (style == "curtain") {
    tips = {{-72, .70}, {72, .66},   {-62, .42}, {62, .40},   {-52, .14},
            {52, .16},  {-40, -.14}, {40, -.12}, {-27, -.32}, {27, -.30}};
    fan(6 * way, tips, 0.20, 0);
  } else if (style == "veil") {
    tips = {{-70, .45}, {72, .6}, {-52, .10}, {54, .36}, {-30, .0}, {34, .64}, {-6, .10}, {18, .52}};
    for (Vec2& tip : tips) tip.x *= way;
    fan(-26 * way, tips, 0.225, 3 * way);
  } else if (style == "swept") {
    tips = {{-70, .46}, {70, .48},   {-54, .20}, {54, .26}, {-36, .04},
            {38, .12},  {-16, -.02}, {20, .10},  {4, .20}};
    for (Vec2& tip : tips) tip.x *= way;
    fan(-20 * way, tips, 0.20, 6 * way);
  } else {
    for (const double root : {-64.0, 64.0, -44.0, 44.0, -24.0, 24.0, 0.0}) {  // Combed back.
      LockPlan one = lock(root, root * 1.1, -0.58 + 0.004 * std::abs(root), 0.2);
      one.rise = 78;
      one.blunt = true;
      plan.fringe.push_back(one);
    }
  }
}

void Styler::sides() {
  const std::string& style = design.sides;
  if (style == "none") return;
  for (const double side : {-1.0, 1.0}) {
    const double end = style == "long" ? 1.55 : style == "flicked" ? 0.95 : 0.82;
    LockPlan behind = lock(side * 70, side * 84, end * 0.86, 0.165);
    LockPlan front = lock(side * 60, side * 74, end, 0.15);
    for (LockPlan* one : {&behind, &front}) {
      one->hang = 0.5;
      one->bend = side * (style == "long" ? 4 : 7);
      one->lift = style == "flicked" ? 0.30 : -0.04 + 0.10 * design.hair_spread;
      plan.sides.push_back(*one);
    }
  }
}

void Styler::back() {
  const std::string& style = design.back;
  const bool tied = design.tails == "twin" || design.tails == "pony" || design.tails == "drills" ||
                    design.tails == "buns" || design.tails == "side";
  double end = style == "short" ? 0.78 : style == "bob" ? 1.12 : style == "medium" ? 1.65 : 3.3;
  if (tied) end = std::min(end, 0.80);
  for (int i = 0; i < 13; ++i) {
    const double angle = 180 - (i % 2 ? -1 : 1) * 15.5 * ((i + 1) / 2);
    const double wrapped = angle > 180 ? angle - 360 : angle;
    const double side = wrapped < 0 ? -1 : 1;
    const double edge = std::abs(std::abs(wrapped) - 180) / 93;  // 0 behind, 1 beside the face.
    LockPlan one = lock(wrapped, wrapped, end - (end < 2 ? 0.10 : 0.35) * edge + jitter(0.05), 0.24);
    one.hang = 0.45;
    one.rise = 60;
    one.bend = side * 5 * edge;
    const double spread = design.hair_spread;
    if (tied)
      one.lift = -0.12;
    else if (style == "short")
      one.lift = 0.02 + 0.22 * spread;
    else if (style == "bob")
      one.lift = lerp(-0.16, 0.06, spread);
    else
      one.lift = 0.05 + 0.30 * spread;
    if (end > 2) one.width = 0.29;
    plan.back.push_back(one);
  }
}

}  // namespace

HairPlan hair_plan(const Design& design) {
  Styler styler = {design, core::Rng(static_cast<uint64_t>(design.hair_seed), 7)};
  styler.fringe();
  styler.sides();
  styler.back();
  return std::move(styler.plan);
}

}  // namespace sakuga::rig
