#include "sakuga/compose/light_wrap.h"

#include <algorithm>

#include "sakuga/compose/blend.h"
#include "sakuga/compose/cv_blur.h"
#include "sakuga/compose/cv_image.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {

media::Image light_wrapped(media::Image figure, const media::Image& background,
                           const LightWrapOptions& options) {
  if (figure.width != background.width || figure.height != background.height)
    core::fail(core::ErrorKind::BadRequest,
               "light wrap: expected pictures of one size, got {}x{} before {}x{}", figure.width,
               figure.height, background.width, background.height);
  if (options.strength == 0 || figure.pixels.empty()) return figure;
  const cv::Mat light = blurred_matrix(as_matrix(background), options.diffusion, Edge::Extended);
  const cv::Mat inside = blurred_matrix(alpha_of(figure), options.width, Edge::Extended);
  const float strength = float(options.strength);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < figure.height; ++y) {
    const auto* glow = light.ptr<cv::Vec4f>(y);
    const auto* soft = inside.ptr<float>(y);
    auto* row = figure.pixels.data() + size_t(y) * figure.width;
    for (int x = 0; x < figure.width; ++x) {
      auto& p = row[x];
      if (p.a <= 0) continue;
      // A straight edge blurs to 0.5, so twice the missing part is 1 there.
      const float edge = strength * std::clamp(2 * (1 - soft[x]), 0.0f, 1.0f);
      const auto wrapped = [&](float value, float from) {
        return p.a * blend_channel(BlendMode::Screen, value / p.a, std::max(0.0f, edge * from));
      };
      p = {wrapped(p.r, glow[x][0]), wrapped(p.g, glow[x][1]), wrapped(p.b, glow[x][2]), p.a};
    }
  }
  return figure;
}

}  // namespace sakuga::compose
