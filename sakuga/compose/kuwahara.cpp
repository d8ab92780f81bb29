#include "sakuga/compose/kuwahara.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace sakuga::compose {
namespace {

constexpr int kSectors = 8;
// One lane for each sector, so that a sample is weighed for all of them at once.
using Lanes = float __attribute__((vector_size(kSectors * sizeof(float))));

constexpr float kHalf = 0.70710678f;
constexpr Lanes kCos = {1, kHalf, 0, -kHalf, -1, -kHalf, 0, kHalf};
constexpr Lanes kSin = {0, kHalf, 1, kHalf, 0, -kHalf, -1, -kHalf};

// The sector's weight is max(0, t + kOverlap - kNarrow u^2)^2 at t along its axis and u across, in a unit
// disc.
constexpr float kOverlap = 0.25f;
constexpr float kNarrow = 3.77f;  // Reaches zero at 3 pi / 8 from the axis on the rim.

struct Row {
  const cv::Mat4f* padded;  // With a border of `reach`.
  int reach, y, width;
  const cv::Vec2f* along;
  const float* anisotropy;
  float radius, stretch, calm;
  cv::Vec4f* out;
};

__attribute__((target_clones("avx512f", "avx2", "default"))) void filter_row(const Row& row) {
  const float per_calm = 1 / (row.calm * row.calm);
  for (int x = 0; x < row.width; ++x) {
    const float cosine = row.along[x][0], sine = row.along[x][1];
    const float longer = 1 + row.stretch * row.anisotropy[x];
    const float per_major = 1 / (row.radius * longer), per_minor = longer / row.radius;
    // v = S R (dx, dy), and |v|^2 = A dx^2 + 2 B dx dy + C dy^2.
    const float xx = cosine * per_major, xy = sine * per_major, yx = -sine * per_minor,
                yy = cosine * per_minor;
    const float a = xx * xx + yx * yx, b = xx * xy + yx * yy, c = xy * xy + yy * yy;
    const int tall = static_cast<int>(std::sqrt(a / std::max(1e-12f, a * c - b * b)));
    Lanes weight = {}, red = {}, green = {}, blue = {}, square = {};
    for (int dy = -tall; dy <= tall; ++dy) {
      const float middle = -b * dy / a;
      const float inside = middle * middle - (c * dy * dy - 1) / a;
      if (inside < 0) continue;
      const float half = std::sqrt(inside);
      const int first = static_cast<int>(std::ceil(middle - half));
      const int last = static_cast<int>(std::floor(middle + half));
      const float* sample = (*row.padded)[row.y + row.reach + dy][x + row.reach + first].val;
      for (int dx = first; dx <= last; ++dx, sample += 4) {
        const float vx = xx * dx + xy * dy, vy = yx * dx + yy * dy;
        const float fall = std::max(0.0f, 1.02f - (vx * vx + vy * vy));
        const Lanes t = kCos * vx + kSin * vy, u = kCos * vy - kSin * vx;
        Lanes z = t + kOverlap - kNarrow * u * u;
        z = z > 0 ? z : Lanes{};
        const Lanes w = z * z * (fall * fall);
        weight += w;
        red += w * sample[0];
        green += w * sample[1];
        blue += w * sample[2];
        square += w * (sample[0] * sample[0] + sample[1] * sample[1] + sample[2] * sample[2]);
      }
    }
    const Lanes per_weight = 1 / (weight + 1e-9f);
    red *= per_weight;
    green *= per_weight;
    blue *= per_weight;
    Lanes variance = square * per_weight - red * red - green * green - blue * blue;
    variance = variance > 0 ? variance : Lanes{};
    variance *= per_calm;
    variance *= variance;
    const Lanes trust = 1 / (1 + variance * variance);
    float total = 1e-9f, r = 0, g = 0, bl = 0;
    for (int k = 0; k < kSectors; ++k) {
      total += trust[k];
      r += trust[k] * red[k];
      g += trust[k] * green[k];
      bl += trust[k] * blue[k];
    }
    row.out[x] = {r / total, g / total, bl / total, (*row.padded)[row.y + row.reach][x + row.reach][3]};
  }
}

}  // namespace

int kuwahara_reach(const KuwaharaOptions& options) {
  return static_cast<int>(std::ceil(options.radius_px * (1 + options.stretch)));
}

cv::Mat4f kuwahara(const cv::Mat4f& colours, const FlowField& flow, const KuwaharaOptions& options) {
  const int reach = kuwahara_reach(options);
  cv::Mat4f padded;
  cv::copyMakeBorder(colours, padded, reach, reach, reach, reach, cv::BORDER_REPLICATE);
  cv::Mat4f result(colours.size());
#pragma omp parallel for schedule(dynamic, 8)
  for (int y = 0; y < colours.rows; ++y)
    filter_row({&padded, reach, y, colours.cols, flow.along[y], flow.anisotropy[y], options.radius_px,
                options.stretch, options.calm, result[y]});
  return result;
}

}  // namespace sakuga::compose
