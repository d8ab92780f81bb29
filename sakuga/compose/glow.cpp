#include "sakuga/compose/glow.h"

#include <algorithm>

#include <opencv2/imgproc.hpp>

#include "sakuga/compose/cv_blur.h"
#include "sakuga/compose/cv_image.h"

namespace sakuga::compose {
namespace {

float luminance(const media::Rgba& p) {
  return 0.2126f * p.r + 0.7152f * p.g + 0.0722f * p.b;
}

// What glows: the colour in proportion to how far its brightest channel lies above the threshold.
media::Image bright_pass(const media::Image& picture, const GlowOptions& options) {
  media::Image bright(picture.width, picture.height, picture.transfer);
  const float threshold = float(options.threshold), saturation = float(options.saturation);
  const int count = int(picture.pixels.size());
#pragma omp parallel for schedule(static)
  for (int i = 0; i < count; ++i) {
    const auto& p = picture.pixels[i];
    const float most = std::max({p.r, p.g, p.b});
    const float share = most > threshold ? (most - threshold) / most : 0;
    const float grey = luminance(p);
    const auto channel = [&](float value) {
      return share * std::max(0.0f, grey + saturation * (value - grey));
    };
    bright.pixels[i] = {channel(p.r), channel(p.g), channel(p.b), 0};
  }
  return bright;
}

// Light upon light without clipping: screen below 1, a plain sum of what is above.
float lit(float value, float light) {
  const float low = std::clamp(value, 0.0f, 1.0f);
  return value + light * (1 - low) + std::max(0.0f, light - 1) * low;
}

}  // namespace

media::Image glowing(media::Image picture, const GlowOptions& options) {
  if (options.strength == 0 || picture.pixels.empty()) return picture;
  const auto bright = bright_pass(picture, options);
  const cv::Mat source = as_matrix(bright);
  cv::Mat halo = 0.4 * blurred_matrix(source, options.size, Edge::Extended);
  halo += 0.35 * blurred_matrix(source, options.size / 2, Edge::Extended);
  halo += 0.25 * blurred_matrix(source, options.size * 2, Edge::Extended);
  const float strength = float(options.strength);
#pragma omp parallel for schedule(static)
  for (int y = 0; y < picture.height; ++y) {
    const auto* light = halo.ptr<cv::Vec4f>(y);
    auto* row = picture.pixels.data() + size_t(y) * picture.width;
    for (int x = 0; x < picture.width; ++x) {
      row[x].r = lit(row[x].r, strength * light[x][0]);
      row[x].g = lit(row[x].g, strength * light[x][1]);
      row[x].b = lit(row[x].b, strength * light[x][2]);
    }
  }
  return picture;
}

}  // namespace sakuga::compose
