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

// Three widths of blur, of which the smallest is half of `size`. A wide one is made of a smaller picture.
cv::Mat halo_of(const cv::Mat& bright, double size) {
  const double smallest = size / 2;
  int factor = 1;
  while (smallest / factor > 4 && std::min(bright.cols, bright.rows) / factor > 32) factor *= 2;
  const cv::Size small((bright.cols + factor - 1) / factor, (bright.rows + factor - 1) / factor);
  cv::Mat source = bright, sum, halo;
  if (factor > 1) cv::resize(bright, source, small, 0, 0, cv::INTER_AREA);
  cv::addWeighted(blurred_matrix(source, size / factor, Edge::Extended), 0.4,
                  blurred_matrix(source, smallest / factor, Edge::Extended), 0.35, 0, sum);
  cv::addWeighted(blurred_matrix(source, size * 2 / factor, Edge::Extended), 0.25, sum, 1, 0, sum);
  if (factor == 1) return sum;
  cv::resize(sum, halo, bright.size(), 0, 0, cv::INTER_LINEAR);
  return halo;
}

}  // namespace

media::Image glowing(media::Image picture, const GlowOptions& options) {
  if (options.strength == 0 || picture.pixels.empty()) return picture;
  const auto bright = bright_pass(picture, options);
  const cv::Mat halo = halo_of(as_matrix(bright), options.size);
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
