#include "sakuga/compose/oklab.h"

#include <algorithm>
#include <cmath>

#include "sakuga/media/colour.h"

namespace sakuga::compose {

cv::Vec3f oklab_of(const cv::Vec3f& srgb) {
  const float r = media::srgb_to_linear(srgb[0]), g = media::srgb_to_linear(srgb[1]),
              b = media::srgb_to_linear(srgb[2]);
  const float l = std::cbrt(0.4122214708f * r + 0.5363325363f * g + 0.0514459929f * b);
  const float m = std::cbrt(0.2119034982f * r + 0.6806995451f * g + 0.1073969566f * b);
  const float s = std::cbrt(0.0883024619f * r + 0.2817188376f * g + 0.6299787005f * b);
  return {0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s,
          1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s,
          0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s};
}

cv::Vec3f srgb_of(const cv::Vec3f& lab) {
  const auto cube = [](float v) { return v * v * v; };
  const float l = cube(lab[0] + 0.3963377774f * lab[1] + 0.2158037573f * lab[2]);
  const float m = cube(lab[0] - 0.1055613458f * lab[1] - 0.0638541728f * lab[2]);
  const float s = cube(lab[0] - 0.0894841775f * lab[1] - 1.2914855480f * lab[2]);
  const auto encoded = [](float v) { return media::linear_to_srgb(std::clamp(v, 0.0f, 1.0f)); };
  return {encoded(4.0767416621f * l - 3.3077115913f * m + 0.2309699292f * s),
          encoded(-1.2684380046f * l + 2.6097574011f * m - 0.3413193965f * s),
          encoded(-0.0041960863f * l - 0.7034186147f * m + 1.7076147010f * s)};
}

}  // namespace sakuga::compose
