#include "sakuga/compose/gradient.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sakuga/compose/hex_colour.h"
#include "sakuga/core/error.h"

namespace sakuga::compose {

media::Image gradient(int width, int height, const GradientOptions& options) {
  if (width < 1 || height < 1)
    core::fail(core::ErrorKind::BadRequest, "gradient: expected a picture size, got {}x{}", width, height);
  const auto straight_from = linear_colour("gradient from", options.from);
  const auto straight_to = linear_colour("gradient to", options.to);
  const auto weighed = [](const media::Rgba& p) { return media::Rgba{p.r * p.a, p.g * p.a, p.b * p.a, p.a}; };
  const auto from = weighed(straight_from), to = weighed(straight_to);
  const double angle = options.angle * std::numbers::pi / 180, c = std::cos(angle), s = std::sin(angle);
  const double length = options.length * height;
  const bool radial = options.kind == "radial";
  media::Image picture(width, height, media::Transfer::Linear);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      const double dx = x + 0.5 - options.x * width, dy = y + 0.5 - options.y * height;
      double at = radial ? std::hypot(dx, dy) / length : (dx * c + dy * s) / length + 0.5;
      at = std::clamp(at, 0.0, 1.0);
      const float share = float(at * at * (3 - 2 * at));
      const auto between = [share](float a, float b) { return a + (b - a) * share; };
      picture.pixels[size_t(y) * width + x] = {between(from.r, to.r), between(from.g, to.g),
                                               between(from.b, to.b), between(from.a, to.a)};
    }
  return picture;
}

}  // namespace sakuga::compose
