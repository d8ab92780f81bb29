#include "sakuga/compose/shock.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

#include "sakuga/compose/ramp.h"

namespace sakuga::compose {

int shock_reach(int reach_px) {
  return 5 * reach_px + 2;
}

cv::Mat4f shocked(const cv::Mat4f& colours, const FlowField& flow, int reach_px, float calm) {
  cv::Mat1f light(colours.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < colours.rows; ++y)
    for (int x = 0; x < colours.cols; ++x) {
      const cv::Vec4f& c = colours(y, x);
      light(y, x) = 0.3f * c[0] + 0.55f * c[1] + 0.15f * c[2];
    }
  // Above the mean of the surroundings: the light side.
  cv::Mat1f narrow, wide;
  const double sigma = reach_px;
  const auto side = [](double s) { return 2 * static_cast<int>(std::ceil(2.5 * s)) + 1; };
  cv::GaussianBlur(light, narrow, {side(sigma * 0.7), side(sigma * 0.7)}, sigma * 0.7, 0,
                   cv::BORDER_REPLICATE);
  cv::GaussianBlur(light, wide, {side(sigma * 1.6), side(sigma * 1.6)}, sigma * 1.6, 0, cv::BORDER_REPLICATE);
  cv::Mat4f result(colours.size());
#pragma omp parallel for schedule(static)
  for (int y = 0; y < colours.rows; ++y)
    for (int x = 0; x < colours.cols; ++x) {
      const float over = narrow(y, x) - wide(y, x);
      const float strength = smooth_step(calm, 3 * calm, std::abs(over));
      cv::Vec4f best = colours(y, x);
      if (strength > 0) {
        const cv::Vec2f across(-flow.along(y, x)[1], flow.along(y, x)[0]);
        float best_light = light(y, x);
        for (int step = -reach_px; step <= reach_px; ++step) {
          const int sx =
              std::clamp(static_cast<int>(std::lrint(float(x) + across[0] * step)), 0, colours.cols - 1);
          const int sy =
              std::clamp(static_cast<int>(std::lrint(float(y) + across[1] * step)), 0, colours.rows - 1);
          if (over > 0 ? light(sy, sx) > best_light : light(sy, sx) < best_light) {
            best_light = light(sy, sx);
            best = colours(sy, sx);
          }
        }
        best = blend(colours(y, x), best, strength);
        best[3] = colours(y, x)[3];
      }
      result(y, x) = best;
    }
  return result;
}

}  // namespace sakuga::compose
