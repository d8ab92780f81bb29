#include "sakuga/compose/colour_line.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace sakuga::compose {
namespace {

constexpr float kOnLine = 0.12f, kOffLine = 0.3f;  // Distance from the line, relative to its length.
constexpr float kLeastShare = -3, kMostShare = 0.6f;
constexpr float kUnlike = 0.3f, kLike = 0.6f;  // Shares of a figure that alpha is told from by its share,
                                               // and by its whole colour.

// Least values of (2 radius + 1)^2 windows; edges go on.
void box_least(const std::vector<float>& in, int width, int height, int radius, std::vector<float>& work,
               std::vector<float>& out) {
  work.resize(in.size());
  out.resize(in.size());
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float least = std::numeric_limits<float>::max();
      for (int v = std::max(y - radius, 0); v <= std::min(y + radius, height - 1); ++v)
        least = std::min(least, in[size_t(v) * width + x]);
      work[size_t(y) * width + x] = least;
    }
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      float least = std::numeric_limits<float>::max();
      for (int u = std::max(x - radius, 0); u <= std::min(x + radius, width - 1); ++u)
        least = std::min(least, work[size_t(y) * width + u]);
      out[size_t(y) * width + x] = least;
    }
}

struct Step {
  int x, y, cost;
};

// Distances 3 and 4 along rows and diagonals: two sweeps carry the nearest source everywhere.
void sweep(int width, int height, bool back, std::vector<int>& distance, std::vector<int>& nearest) {
  constexpr std::array<Step, 4> kSteps = {{{-1, 0, 3}, {0, -1, 3}, {-1, -1, 4}, {1, -1, 4}}};
  const int sign = back ? -1 : 1;
  for (int j = 0; j < height; ++j)
    for (int i = 0; i < width; ++i) {
      const int x = back ? width - 1 - i : i, y = back ? height - 1 - j : j;
      const size_t at = size_t(y) * width + x;
      for (const auto& step : kSteps) {
        const int u = x + sign * step.x, v = y + sign * step.y;
        if (u < 0 || v < 0 || u >= width || v >= height) continue;
        const size_t from = size_t(v) * width + u;
        if (distance[from] + step.cost < distance[at]) {
          distance[at] = distance[from] + step.cost;
          nearest[at] = nearest[from];
        }
      }
    }
}

}  // namespace

void nearest_solid(const std::vector<float>& alpha, int width, int height, int radius, float least,
                   std::vector<int>& nearest) {
  static thread_local std::vector<float> work, eroded;
  static thread_local std::vector<int> distance;
  box_least(alpha, width, height, radius, work, eroded);
  const size_t count = size_t(width) * height;
  distance.assign(count, 1 << 20);
  nearest.assign(count, -1);
  for (size_t i = 0; i < count; ++i)
    if (eroded[i] >= least) {
      distance[i] = 0;
      nearest[i] = int(i);
    }
  sweep(width, height, false, distance, nearest);
  sweep(width, height, true, distance, nearest);
}

LineAlpha alpha_on_line(const LinePoint& p) {
  const float figure_share = std::clamp(p.figure_share, kLeastShare, kMostShare);
  float along = 0, length = 1e-6f;
  for (int i = 0; i < 3; ++i) {
    const float between = p.figure[i] - p.screen[i];
    along += (p.colour[i] - p.screen[i]) * between;
    length += between * between;
  }
  const float by_colour = std::clamp(along / length, 0.0f, 1.0f);
  const float by_share = std::clamp((1 - p.share) / (1 - figure_share), 0.0f, 1.0f);
  const float like = std::clamp((p.figure_share - kUnlike) / (kLike - kUnlike), 0.0f, 1.0f);
  const float alpha = by_share + like * (by_colour - by_share);
  float off = 0;
  for (int i = 0; i < 3; ++i) {
    const float between = p.figure[i] - p.screen[i];
    const float beside = p.colour[i] - (p.screen[i] + alpha * between);
    off += beside * beside;
  }
  const float distance = std::sqrt(off / length);
  return {alpha, std::clamp((kOffLine - distance) / (kOffLine - kOnLine), 0.0f, 1.0f)};
}

}  // namespace sakuga::compose
