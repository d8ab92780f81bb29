#include "sakuga/compose/rim_light.h"

#include <algorithm>
#include <cmath>

#include "sakuga/compose/cv_blur.h"
#include "sakuga/compose/cv_image.h"
#include "sakuga/compose/hex_colour.h"

namespace sakuga::compose {
namespace {

// Alpha at a fraction of a pixel, the border extended.
float looked_up(const cv::Mat& alpha, float x, float y) {
  x = std::clamp(x, 0.0f, float(alpha.cols - 1));
  y = std::clamp(y, 0.0f, float(alpha.rows - 1));
  const int x0 = std::min(int(x), alpha.cols - 2 < 0 ? 0 : alpha.cols - 2);
  const int y0 = std::min(int(y), alpha.rows - 2 < 0 ? 0 : alpha.rows - 2);
  const int x1 = std::min(x0 + 1, alpha.cols - 1), y1 = std::min(y0 + 1, alpha.rows - 1);
  const float fx = x - float(x0), fy = y - float(y0);
  const float *top = alpha.ptr<float>(y0), *bottom = alpha.ptr<float>(y1);
  return (top[x0] * (1 - fx) + top[x1] * fx) * (1 - fy) + (bottom[x0] * (1 - fx) + bottom[x1] * fx) * fy;
}

}  // namespace

media::Image rim_lit(media::Image figure, const RimLightOptions& options) {
  if (options.strength == 0 || figure.pixels.empty()) return figure;
  const auto colour = linear_colour("rim light colour", options.colour);
  // Hair and the like lets light through in part: a slightly blurred alpha gives bands, not threads.
  const cv::Mat alpha = blurred_matrix(alpha_of(figure), std::max(0.5, options.width / 4), Edge::Extended);
  const float width = float(options.width), strength = float(options.strength);
  const float low = 0.5f * float(1 - options.softness), high = 1 - low;
#pragma omp parallel for schedule(static)
  for (int y = 0; y < figure.height; ++y) {
    auto* row = figure.pixels.data() + size_t(y) * figure.width;
    for (int x = 0; x < figure.width; ++x) {
      auto& p = row[x];
      if (p.a <= 0) continue;
      const float dx = float(options.x) - float(x), dy = float(options.y) - float(y);
      const float step = width / std::max(1.0f, std::hypot(dx, dy));
      const float open = 1 - looked_up(alpha, float(x) + dx * step, float(y) + dy * step);
      const float at = high > low ? std::clamp((open - low) / (high - low), 0.0f, 1.0f) : float(open > low);
      const float light = strength * at * at * (3 - 2 * at) * p.a;
      p = {p.r + light * colour.r, p.g + light * colour.g, p.b + light * colour.b, p.a};
    }
  }
  return figure;
}

}  // namespace sakuga::compose
