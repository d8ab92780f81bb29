#include "sakuga/compose/colour_line.h"

#include <algorithm>
#include <cmath>

#include "sakuga/core/vectorise.h"

namespace sakuga::compose {
namespace {

constexpr float kSteady = 0.5f;                    // Of the screen's power: below it a figure is dark.
constexpr float kOnLine = 0.12f, kOffLine = 0.3f;  // Distance from the line, relative to its length.
constexpr float kTiny = 1e-8f;
constexpr float kShort = 1e-4f;  // Of the screen's power: a line of no length.

}  // namespace

LineFrom::LineFrom(const float* figure, const float* screen) {
  float power = 0, ff = 0, fd = 0, dd = 0;
  for (int i = 0; i < 3; ++i) {
    figure_[i] = figure[i];
    screen_[i] = screen[i];
    between_[i] = figure[i] - screen[i];
    ff += figure[i] * figure[i];
    power += screen[i] * screen[i];
    fd += figure[i] * between_[i];
    dd += between_[i] * between_[i];
  }
  weight_ = 1 / (ff + kSteady * power + kTiny);
  length_ = dd - weight_ * fd * fd + kShort * power + kTiny;
  for (int i = 0; i < 3; ++i) direction_[i] = (between_[i] - weight_ * fd * figure_[i]) / length_;
}

float LineFrom::distance(const float* colour, float alpha) const {
  float fe = 0, ee = 0;
  for (int i = 0; i < 3; ++i) {
    const float e = colour[i] - screen_[i] - alpha * between_[i];
    fe += figure_[i] * e;
    ee += e * e;
  }
  return std::sqrt(std::max(ee - weight_ * fe * fe, 0.0f) / length_);
}

SAKUGA_VECTORISE
void line_row(const ConstRow& colour, const ConstRow& figure, const ConstRow& screen, int count,
              float* __restrict alpha, float* __restrict trust) {
  const float* __restrict r = colour.r;
  const float* __restrict g = colour.g;
  const float* __restrict b = colour.b;
  const float* __restrict fr = figure.r;
  const float* __restrict fg = figure.g;
  const float* __restrict fb = figure.b;
  const float* __restrict sr = screen.r;
  const float* __restrict sg = screen.g;
  const float* __restrict sb = screen.b;
  for (int i = 0; i < count; ++i) {
    const float dr = fr[i] - sr[i], dg = fg[i] - sg[i], db = fb[i] - sb[i];
    const float cr = r[i] - sr[i], cg = g[i] - sg[i], cb = b[i] - sb[i];
    const float power = sr[i] * sr[i] + sg[i] * sg[i] + sb[i] * sb[i];
    const float weight = 1 / (fr[i] * fr[i] + fg[i] * fg[i] + fb[i] * fb[i] + kSteady * power + kTiny);
    const float fd = fr[i] * dr + fg[i] * dg + fb[i] * db, fc = fr[i] * cr + fg[i] * cg + fb[i] * cb;
    const float length = dr * dr + dg * dg + db * db - weight * fd * fd + kShort * power + kTiny;
    const float along = dr * cr + dg * cg + db * cb - weight * fd * fc;
    const float a = std::min(std::max(along / length, 0.0f), 1.0f);
    const float er = cr - a * dr, eg = cg - a * dg, eb = cb - a * db;
    const float fe = fr[i] * er + fg[i] * eg + fb[i] * eb;
    const float off = std::max(er * er + eg * eg + eb * eb - weight * fe * fe, 0.0f);
    const float distance = std::sqrt(off / length);
    alpha[i] = a;
    trust[i] = std::min(std::max((kOffLine - distance) * (1 / (kOffLine - kOnLine)), 0.0f), 1.0f);
  }
}

}  // namespace sakuga::compose
